import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import '../judgement/cluster.ts';
import { factId } from '../ids.ts';
import { readEvent } from './event.ts';
import { loadGrant, Suspended } from './grant.ts';
import { takeBatch } from './ingest.commands.ts';
import type { Offsets } from './message.ts';
import { prepareEvent } from './prepareEvent.ts';
import { OffsetsMoved } from './settle.ts';
import { type SlowEvents, takeIn } from './takeIn.ts';
import { eventText, grant, makeSlow, messagesFrom, person, type Said, standingOf } from './testing.ts';

let database: TestDatabase;
let ctx: Context;
let other: Context;
const topic = randomUUID();

beforeAll(async () => {
  database = await testDatabase();
});

/** A tenant that takes events in, beside another that does not. */
async function start(options: Parameters<typeof grant>[2] = {}): Promise<void> {
  [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  await grant(database.ownerUrl, ctx, options);
}

const take = (texts: readonly (string | Buffer)[], from: Offsets = new Map(), first = from.get(0) ?? 0) =>
  takeIn(ctx, ctx.scope.tenant, { topic, messages: messagesFrom(texts, first), from });
const said = (...all: Said[]) => all.map(eventText);
const names = async () => (await standingOf(ctx)).records.map(({ caption }) => caption);

test('a batch of events is one change, by the service user, and nothing of another tenant', async () => {
  await start();
  const from: Offsets = new Map();
  const fates = await take(
    said(
      { data: person('1', 'Ada') },
      { data: person('2', 'Ben', { marking: 'TLP:AMBER' }) },
      { kind: 'relationship', data: { key: 'k', type: 'Family', source: '1', target: '2', properties: {} } },
    ),
    from,
  );
  expect(fates).toMatchObject({ created: 3, dead: 0 });
  expect(from).toEqual(new Map([[0, 3]]));
  const { records, links, changes } = await standingOf(ctx);
  expect(records).toEqual([
    { id: factId('crm', 'record', '1'), caption: 'Ada', schema: 'Person', marking: 1 },
    { id: factId('crm', 'record', '2'), caption: 'Ben', schema: 'Person', marking: 2 },
  ]);
  expect(links).toEqual([{ id: factId('crm', 'relationship', 'k'), type: 'Family', reference: false }]);
  expect(changes).toBe(1);
  expect((await standingOf(other)).records).toEqual([]);
});

test('the same events again, in one batch, in the next, and from offset 0, do nothing and make no change', async () => {
  await start();
  const events = said({ data: person('1', 'Ada') }, { data: person('2', 'Ben') });
  const from: Offsets = new Map();
  await take([...events, ...events], from);
  expect(await take(events, from)).toMatchObject({ created: 0, updated: 0, duplicate: 2 });
  expect(from.get(0)).toBe(6);
  // As from a topic that was made anew, with everything in it.
  await takeIn(ctx, ctx.scope.tenant, {
    topic: randomUUID(),
    messages: messagesFrom([...events, ...events]),
    from: new Map(),
  });
  expect(await names()).toEqual(['Ada', 'Ben']);
  expect((await standingOf(ctx)).changes).toBe(1);
});

test('whatever the order, the latest event of each fact stands, a removal too', async () => {
  const events = said(
    { at: 1, data: person('1', 'Ada 1') },
    { at: 3, data: person('1', 'Ada 3') },
    { at: 2, data: person('1', 'Ada 2') },
    { at: 5, data: { key: '2', deleted: true } },
    { at: 4, data: person('2', 'Ben 4') },
    { at: 6, data: person('3', 'Cleo 6') },
    { at: 7, data: { key: '3', deleted: true } },
    { at: 8, data: person('3', 'Cleo 8') },
  );
  for (let round = 0; round < 12; round++) {
    await start();
    const shuffled = [...events].sort(() => Math.random() - 0.5);
    const from: Offsets = new Map();
    for (let at = 0; at < shuffled.length; ) {
      const some = shuffled.slice(at, at + 1 + Math.floor(Math.random() * 4));
      await take(some, from);
      at += some.length;
    }
    expect(await names()).toEqual(['Ada 3', 'Cleo 8']);
  }
});

test('an event says all of its record: what it no longer refers to is referred to no more', async () => {
  await start();
  const from: Offsets = new Map();
  const holding = (at: number, parents: string[]) => ({
    at,
    data: { key: 'a', schema: 'Address', properties: { full: ['1 High Street'], proof: parents } },
  });
  await take(said(holding(1, ['x', 'y'])), from);
  expect((await standingOf(ctx)).links).toHaveLength(2);
  await take(said(holding(2, ['y'])), from);
  expect((await standingOf(ctx)).links.map(({ id }) => id)).toEqual([
    factId('crm', 'reference', 'a\0proof\0y'),
  ]);
  await take(said({ at: 3, data: { key: 'a', deleted: true } }), from);
  expect(await standingOf(ctx)).toMatchObject({ records: [], links: [] });
});

test('what cannot be taken is parked with its reason, once, and keeps nothing waiting', async () => {
  await start({ datasets: ['crm'] });
  const from: Offsets = new Map();
  const messages = [
    ...said({ data: person('1', 'Ada') }),
    'no JSON',
    Buffer.from([0xff, 0xfe]),
    ...said(
      { data: person('2', 'Ben', { dataset: 'other' }) },
      { data: person('3', 'Cleo', { schema: 'Martian' }) },
      { data: person('4', 'Dora', { properties: { name: ['Dora'], wings: ['2'] } }) },
      { data: person('5', 'Edna', { marking: 'TLP:RED' }) },
      { data: person('6', 'Fay\0') },
      { data: person('7', 'Gus', { schema: 'Family' }) },
      { kind: 'relationship', data: { key: 'k', type: 'Person', source: '1', target: '2' } },
      { data: person('8', 'Hal') },
      // Written as an escape, since no UTF-8 holds it.
      { data: person('9', 'Ida \ud800') },
      { data: person('9', 'Ida', { caption: '\udc00' }) },
      { kind: 'relationship', data: { key: 'k', type: 'knows \ud800', source: '1', target: '2' } },
      { data: person('\ud800', 'Ivo') },
    ),
  ];
  expect(await take(messages, from)).toMatchObject({ created: 3, dead: 12 });
  expect(from.get(0)).toBe(15);
  expect(await names()).toEqual(['Ada', 'Hal', 'Ivo']);
  const parked = (await standingOf(ctx)).dead;
  expect(parked.map(({ offset, code }) => [offset, code])).toEqual([
    [1, 'NOT_AN_EVENT'],
    [2, 'NOT_AN_EVENT'],
    [3, 'DATASET_NOT_GRANTED'],
    [4, 'UNKNOWN_SCHEMA'],
    [5, 'UNKNOWN_PROPERTY'],
    [6, 'MARKING_ABOVE_CLEARANCE'],
    [7, 'NOT_STORABLE'],
    [8, 'UNKNOWN_SCHEMA'],
    [9, 'UNKNOWN_SCHEMA'],
    [11, 'NOT_STORABLE'],
    [12, 'NOT_STORABLE'],
    [13, 'NOT_STORABLE'],
  ]);
  expect(parked[4]!.reason).toBe('Person has no property "wings"');
});

test('what the database itself refuses is found among its neighbours', async () => {
  await start();
  // Nothing that is read before says that an index has no room for it.
  const huge = Array.from({ length: 2_000 }, () => randomUUID()).join('');
  const events = Array.from({ length: 20 }, (_, place) => ({ data: person(`${place}`, `Person ${place}`) }));
  events[7] = {
    data: person('7', 'Person 7', { validFrom: '2026', properties: { name: ['x'], country: [huge] } }),
  };
  const fates = await take(said(...events));
  expect(fates.created + fates.dead).toBe(20);
  expect(await names()).toHaveLength(fates.created);
  expect(fates.created).toBeGreaterThanOrEqual(19);
});

test('a fact that the service user may not see is neither changed nor removed, and the event parked', async () => {
  await start({ clearance: 4 });
  const from: Offsets = new Map();
  await take(
    said(
      { at: 1, data: person('1', 'Secret', { marking: 'TLP:RED' }) },
      { at: 1, data: person('2', 'Open') },
    ),
    from,
  );
  await grant(database.ownerUrl, ctx, { clearance: 1 });
  const fates = await take(
    said(
      { at: 2, data: person('1', 'Changed') },
      { at: 2, data: { key: '1', deleted: true } },
      { at: 2, data: person('2', 'Opened') },
    ),
    from,
  );
  expect(fates).toMatchObject({ updated: 1, dead: 2, removed: 0 });
  expect(await names()).toEqual(['Opened', 'Secret']);
  expect((await standingOf(ctx)).dead.map(({ code }) => code)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED']);
});

test('without a grant nothing is read, and a reader elsewhere is noticed before anything is written', async () => {
  await start();
  await expect(
    takeIn(other, other.scope.tenant, {
      topic,
      messages: messagesFrom(said({ data: person('1', 'Ada') })),
      from: new Map(),
    }),
  ).rejects.toThrow(Suspended);
  const stale: Offsets = new Map();
  await take(said({ data: person('1', 'Ada') }));
  await expect(take(said({ data: person('2', 'Ben') }), stale, 0)).rejects.toThrow(OffsetsMoved);
  expect(await names()).toEqual(['Ada']);
});

test('a dataset that is taken away while a portion is taken in gets nothing of its rest', async () => {
  for (const before of [['crm', 'hr'], null]) {
    await start({ datasets: before });
    const granted = await loadGrant(ctx, ctx.scope.tenant, ['crm']);
    const half = async (key: string) => {
      const [message] = messagesFrom(said({ data: person(key, key) }), Number(key));
      const prepared = prepareEvent(readEvent(message!.value, Date.now()), granted.preparerOf('crm'));
      const at = (offset: number): Offsets => new Map([[0, offset]]);
      const taking = { topic, from: at(Number(key)), to: at(Number(key) + 1), epochs: new Map() };
      return takeBatch(granted, taking, [{ message: message!, prepared }]);
    };
    await half('0');
    await grant(database.ownerUrl, ctx, { datasets: before && [...before, 'more'] });
    await half('1');
    await grant(database.ownerUrl, ctx, { datasets: ['hr'] });
    await expect(half('2')).rejects.toThrow(Suspended);
    expect(await names()).toEqual(['0', '1']);
  }
});

test('two who take the same messages at once have one effect', async () => {
  await start();
  const events = said(
    ...Array.from({ length: 50 }, (_, place) => ({ data: person(`${place}`, `Person ${place}`) })),
  );
  const both = await Promise.allSettled([take(events), take(events), take(events)]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of both)
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(OffsetsMoved);
  expect(await standingOf(ctx)).toMatchObject({ changes: 1 });
  expect(await names()).toHaveLength(50);
});

test('an event that takes too long by itself is tried five times in a row, and then parked', async () => {
  await start();
  await makeSlow(database.ownerUrl, ctx);
  const messages = messagesFrom(
    said({ data: person('1', 'Ada') }, { data: person('2', 'Slow') }, { data: person('3', 'Cleo') }),
  );
  const [from, slow]: [Offsets, SlowEvents] = [new Map(), new Map()];
  const round = () =>
    takeIn(ctx, ctx.scope.tenant, {
      topic,
      messages: messages.filter(({ offset }) => offset >= (from.get(0) ?? 0)),
      from,
      slow,
    });
  for (let n = 1; n < 5; n++) {
    await expect(round()).rejects.toMatchObject({ code: '57014' });
    expect(await names()).toEqual(['Ada']);
  }
  expect(await round()).toMatchObject({ created: 1, dead: 1 });
  expect(await standingOf(ctx)).toMatchObject({
    records: [{ caption: 'Ada' }, { caption: 'Cleo' }],
    dead: [{ offset: 1, code: 'NOT_STORABLE', reason: 'it took longer than 25 s, 5 times in a row' }],
  });
  // Another one begins anew.
  messages.push(...messagesFrom(said({ data: person('4', 'Slow') }), 3));
  await expect(round()).rejects.toMatchObject({ code: '57014' });
});
