import { describe, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import { lastAct, restore, undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { recordJudgement, splitEntity } from './judgement.commands.ts';
import { entityOf, newSource, removeRecords } from './testing.ts';

const { db } = await testDatabase();

const judge = async (
  ctx: Context,
  left: string,
  right: string,
  verdict: 'same' | 'different' | 'unsure' = 'same',
) => (await recordJudgement(ctx, { left, right, verdict, reason: 'one passport' })).change;

const undoLast = async (ctx: Context) => {
  const act = await read(ctx, undefined, (tx) => lastAct(tx, ctx.actor.id));
  return (await undoChange(ctx, act!.id)).change;
};

/** The stored clusters of the tenant, their members and what is said of them. */
const stored = (ctx: Context) =>
  read(ctx, undefined, (tx) =>
    tx.query<{ members: string[]; size: number; datasets: number; marking: number }>(sql`
      select array_agg(m.id order by m.id) as members, c.size, cardinality(c.dataset_ids) as datasets, c.marking
      from clusters c join cluster_members m on m.tenant_id = c.tenant_id and m.cluster_id = c.id
      where c.tenant_id = ${ctx.scope.tenant} group by c.id, c.size, c.dataset_ids, c.marking order by 1`),
  );

describe('judging', () => {
  test('joins entities through any of their records, and undo gives both back', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const [a, b, c] = (await newSource(ctx, 'one', ['Avery Patel', 'A. Patel', 'Patel, A.'])) as [
      string,
      string,
      string,
    ];
    await newSource(other, 'one', ['Avery Patel']);
    await judge(ctx, a, b);
    await judge(ctx, c, b);
    expect(await entityOf(ctx, c)).toEqual([a, b, c]);
    expect(await stored(ctx)).toEqual([{ members: [a, b, c], size: 3, datasets: 1, marking: 0 }]);
    expect(await stored(other)).toEqual([]);
    await undoLast(ctx);
    expect(await entityOf(ctx, a)).toEqual([a, b]);
    expect(await entityOf(ctx, c)).toEqual([c]);
    await undoLast(ctx);
    expect(await entityOf(ctx, a)).toEqual([a]);
    expect(await stored(ctx)).toEqual([]);
  });

  test('wakes when both of its records come back at the same moment', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['Avery Patel', 'A. Patel'])) as [string, string];
    await judge(ctx, a, b);
    const removed = [await removeRecords(ctx, [a]), await removeRecords(ctx, [b])];
    let runs = 0;
    await runCommand(ctx, { action: 'change.undone', undoOf: removed[0] }, async (tx) => {
      if (runs++ === 0) await undoChange(ctx, removed[1]!);
      await restore(tx, removed[0]!);
    });
    expect(runs).toBe(2);
    expect(await entityOf(ctx, a)).toEqual([a, b]);
    expect(await stored(ctx)).toEqual([{ members: [a, b], size: 2, datasets: 1, marking: 0 }]);
  });

  test('is not contradicted by an undo either', async () => {
    const ctx = await startTenant(db);
    const [p, q, s] = (await newSource(ctx, 'one', ['P', 'Q', 'S'])) as [string, string, string];
    const joined = await judge(ctx, p, q);
    const { change: undo } = await undoChange(ctx, joined!);
    await judge(ctx, q, s);
    await judge(ctx, p, s, 'different');
    await expect(undoChange(ctx, undo!)).rejects.toMatchObject({ code: 'JUDGEMENT_CONTRADICTS' });
    expect(await entityOf(ctx, p)).toEqual([p]);
    expect(await entityOf(ctx, q)).toEqual([q, s].sort());
  });

  test('again replaces the earlier verdict; the same verdict again changes nothing', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const first = await judge(ctx, a, b);
    expect(await judge(ctx, b, a)).toBeNull();
    await judge(ctx, b, a, 'unsure');
    expect(await entityOf(ctx, a)).toEqual([a]);
    expect(await entityOf(ctx, a, first!)).toEqual([a, b]);
  });

  test('refuses a contradiction and names what stands against it', async () => {
    const ctx = await startTenant(db);
    const [a, b, c] = (await newSource(ctx, 'one', ['A', 'B', 'C'])) as [string, string, string];
    await judge(ctx, a, b);
    await judge(ctx, b, c, 'different');
    await expect(judge(ctx, a, c)).rejects.toMatchObject({
      code: 'JUDGEMENT_CONTRADICTS',
      details: {
        total: 1,
        judgements: [{ verdict: 'different', left: { id: b, caption: 'B' }, right: { id: c } }],
      },
    });
    expect(await entityOf(ctx, c)).toEqual([c]);
  });

  test('of two that contradict each other at one moment one is refused', async () => {
    const ctx = await startTenant(db);
    const second = await joinTenant(ctx);
    for (let round = 0; round < 10; round++) {
      const [a, b, c] = (await newSource(ctx, `s${round}`, ['A', 'B', 'C'])) as [string, string, string];
      await judge(ctx, b, c);
      const outcomes = await Promise.allSettled([judge(ctx, a, b), judge(second, a, c, 'different')]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('needs two things that the reader sees', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a, hidden] = [
      (await newSource(ctx, 'one', ['A']))[0]!,
      (await newSource(ctx, 'two', ['H'], { marking: 3 }))[0]!,
    ];
    const [foreign] = await newSource(other, 'one', ['F']);
    await expect(judge(ctx, a, foreign!)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(judge(low, a, hidden)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(judge(ctx, a, a)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const reader = await joinTenant(ctx, { roles: ['reader'] });
    expect(() => recordJudgement(reader, { left: a, right: hidden, verdict: 'same' })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });

  test('a preview shows the judgement and writes nothing', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const { preview } = await recordJudgement(ctx, { left: a, right: b, verdict: 'same' }, true);
    expect(preview).toMatchObject({
      total: 1,
      rows: [{ kind: 'judgement', act: 'added', caption: 'A – B' }],
    });
    expect(await entityOf(ctx, a)).toEqual([a]);
  });
});

describe('who sees less', () => {
  test('sees the entity without the hidden record, and apart where it was the bridge', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a, c] = (await newSource(ctx, 'one', ['A', 'C'])) as [string, string];
    const [bridge] = (await newSource(ctx, 'secret', ['B'], { marking: 4 })) as [string];
    await judge(ctx, a, bridge);
    await judge(ctx, bridge, c);
    expect(await entityOf(ctx, a)).toEqual([a, c, bridge].sort());
    expect(await entityOf(low, a)).toEqual([a]);
    expect(await entityOf(low, bridge)).toBeUndefined();
    expect(await stored(ctx)).toMatchObject([{ size: 3, datasets: 2, marking: 4 }]);
  });
});

describe('splitting', () => {
  test('takes records out, keeps both sides together, and can be undone', async () => {
    const ctx = await startTenant(db);
    const [a, b, c, d] = (await newSource(ctx, 'one', ['A', 'B', 'C', 'D'])) as [
      string,
      string,
      string,
      string,
    ];
    await judge(ctx, a, b);
    await judge(ctx, b, c);
    await judge(ctx, c, d);
    await splitEntity(ctx, { entityId: a, recordIds: [c, d], reason: 'another birth date' });
    expect(await entityOf(ctx, b)).toEqual([a, b]);
    expect(await entityOf(ctx, d)).toEqual([c, d]);
    expect((await stored(ctx)).map(({ size }) => size)).toEqual([2, 2]);
    await undoLast(ctx);
    expect(await entityOf(ctx, d)).toEqual([a, b, c, d]);
    expect((await stored(ctx)).map(({ size }) => size)).toEqual([4]);
  });

  test('is refused for all of the records or for others', async () => {
    const ctx = await startTenant(db);
    const [a, b, c] = (await newSource(ctx, 'one', ['A', 'B', 'C'])) as [string, string, string];
    await judge(ctx, a, b);
    for (const recordIds of [[], [a, b], [c]]) {
      await expect(splitEntity(ctx, { entityId: a, recordIds })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
    }
    await expect(splitEntity(ctx, { entityId: crypto.randomUUID(), recordIds: [a] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a judgement', () => {
  test('sleeps while its record is gone and wakes when it is back', async () => {
    const ctx = await startTenant(db);
    const [a, b, c] = (await newSource(ctx, 'one', ['A', 'B', 'C'])) as [string, string, string];
    await judge(ctx, a, b);
    await judge(ctx, b, c);
    const removal = await removeRecords(ctx, [b]);
    expect(await entityOf(ctx, a)).toEqual([a]);
    expect(await stored(ctx)).toEqual([]);
    await undoChange(ctx, removal);
    expect(await entityOf(ctx, a)).toEqual([a, b, c]);
    expect(await stored(ctx)).toMatchObject([{ members: [a, b, c] }]);
  });

  test('and the removal of its record at one moment leave no stale cluster', async () => {
    const ctx = await startTenant(db);
    const second = await joinTenant(ctx);
    for (let round = 0; round < 10; round++) {
      const [a, b] = (await newSource(ctx, `s${round}`, ['A', 'B'])) as [string, string];
      await Promise.allSettled([judge(ctx, a, b), removeRecords(second, [b])]);
      expect(await stored(ctx)).toEqual([]);
    }
  });
});
