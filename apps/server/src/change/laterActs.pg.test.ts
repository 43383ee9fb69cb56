import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import {
  createInvestigation,
  setMember,
  updateInvestigation,
} from '../investigation/investigation.commands.ts';
import { addItems, arrangeItems } from '../investigation/items.commands.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { newSource } from '../judgement/testing.ts';
import type { LaterActs } from './conflicts.ts';
import { undo } from './undoAct.ts';

const { db } = await testDatabase();

/** What a refused undo says of the acts that would be undone too. */
const actsOf = (who: Context, change: number): Promise<LaterActs> =>
  undo(who, { change }).then(
    () => {
      throw new Error('it was undone');
    },
    ({ code, details }) => {
      expect(code).toBe('UNDO_CONFLICT');
      return details.acts;
    },
  );

async function open() {
  const ada = await startTenant(db);
  const ben = await joinTenant(ada, { name: 'Ben', roles: ['analyst'] });
  const { result: id } = await createInvestigation(ada, { title: 'Harbour' });
  await setMember(ada, { investigationId: id, userId: ben.actor.id, role: 'editor' });
  const write = async (who: Context, description: string) =>
    (await updateInvestigation(who, { id, description })).change!;
  return { ada, ben, id, write };
}

test('a refused undo names every act that must be undone too, whoever did it, the newest first', async () => {
  const { ada, ben, id } = await open();
  const [a, b, c] = (await newSource(ada, 'one', ['A', 'B', 'C'])) as [string, string, string];
  const place = (who: Context, ids: string[], x: number) =>
    arrangeItems(who, { investigationId: id, items: ids.map((entityId) => ({ entityId, x, y: 0 })) });
  await addItems(ada, {
    investigationId: id,
    items: [a, b, c].map((entityId) => ({ entityId, x: 0, y: 0 })),
  });
  const { change } = await place(ada, [a], 1);
  await place(ben, [a, b], 2);
  await place(ada, [a], 3);
  // Stands on Ben's act, not on the first one.
  await place(ben, [b, c], 4);
  await place(ben, [c], 5);
  const { items, ...told } = await actsOf(ada, change!);
  expect(told).toEqual({ total: 4, totalIsExact: true, possible: true });
  expect(items.map(({ actor }) => actor)).toEqual(['Ben', 'Ben', 'Ada Owner', 'Ben']);
  expect(items.every(({ summary, change: position, isImport }) => summary && position && !isImport)).toBe(
    true,
  );
  // Exactly these, so that nothing is in the way any more.
  await undo(ada, { change: change!, later: 'UNDO_TOO' });
  await expect(undo(ada, { change: change! })).rejects.toMatchObject({ code: 'ALREADY_UNDONE' });
  // Who may not undo another's act is told so beforehand.
  const mine = await place(ben, [a], 6);
  await place(ada, [a], 7);
  expect(await actsOf(ben, mine.change!)).toMatchObject({ total: 1, possible: false });
});

test('where undoing later acts too stops half-way, it says how far it came', async () => {
  const { ada, ben, id } = await open();
  const { result: shut } = await createInvestigation(ada, { title: 'Shut' });
  await setMember(ada, { investigationId: shut, userId: ben.actor.id, role: 'editor' });
  const [left, right] = (await newSource(ada, 'one', ['A', 'B'])) as [string, string];
  const judge = async (verdict: 'same' | 'different' | 'unsure', investigationId: string) =>
    (await recordJudgement(ben, { left, right, verdict, investigationId })).change!;
  const first = await judge('same', id);
  await judge('different', shut);
  const last = await judge('unsure', id);
  await setMember(ada, { investigationId: shut, userId: ben.actor.id, role: 'viewer' });
  await expect(undo(ben, { change: first, later: 'UNDO_TOO' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    details: { stopped: { undone: 1, of: 3 } },
  });
  await expect(undo(ben, { change: last })).rejects.toMatchObject({ code: 'ALREADY_UNDONE' });
  // Asked again it stops at once: nothing was done, and nothing is said of it.
  const again = await undo(ben, { change: first, later: 'UNDO_TOO' }).catch((error) => error);
  expect([again.code, again.details.stopped]).toEqual(['FORBIDDEN', undefined]);
});

test('more than can be undone too are counted, twenty of them named, and above fifty not all looked for', async () => {
  const { ada, write } = await open();
  const change = await write(ada, 'first');
  for (let at = 0; at < 30; at++) await write(ada, `then ${at}`);
  const acts = await actsOf(ada, change);
  expect([acts.items.length, acts.total, acts.totalIsExact, acts.possible]).toEqual([20, 30, true, false]);
  await expect(undo(ada, { change, later: 'UNDO_TOO' })).rejects.toMatchObject({
    details: { acts: { total: 30 } },
  });
  for (let at = 0; at < 30; at++) await write(ada, `later ${at}`);
  const more = await actsOf(ada, change);
  expect([more.items.length, more.total, more.totalIsExact, more.possible]).toEqual([20, 50, false, false]);
});
