import pg from 'pg';
import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { newSource } from '../judgement/testing.ts';
import { createInvestigation, setMember } from './investigation.commands.ts';
import { addItems } from './items.commands.ts';
import { countItems, listItems } from './items.queries.ts';

const { db, ownerUrl } = await testDatabase();

const pages = async (who: Context, id: string, first: number, at?: number): Promise<string[][]> => {
  const all: string[][] = [];
  for (let after: string | undefined; ; ) {
    const page = await read(who, at, (tx) => listItems(tx, id, { first, after }));
    all.push(page.rows.map((row) => row.id));
    if (!page.hasMore) return all;
    after = page.rows.at(-1)!.id;
  }
};

/** The same by resolving the whole case at once. */
const whole = (who: Context, id: string, at?: number): Promise<string[]> =>
  read(who, at, async (tx) => {
    const items = await tx.query<{ id: string; record: string }>(sql`
      select id, record_id as record from investigation_items
      where tenant_id = ${tx.reader.tenant} and investigation_id = ${id} order by id`);
    const clusters = await clustersOf(
      tx,
      items.map(({ record }) => record),
    );
    const first = new Map<string, string>();
    for (const { id: item, record } of items) {
      const entity = clusters.get(record)?.[0] ?? record;
      if (!first.has(entity)) first.set(entity, item);
    }
    return [...first.values()];
  });

const count = (who: Context, id: string, at?: number) =>
  read(who, at, async (tx) => (await countItems(tx, [id])).get(id));

test('pages of any size are the whole case, each entity once, for every reader and at every moment', async () => {
  const ada = await startTenant(db);
  const low = await joinTenant(ada, { clearance: 1 });
  const names = Array.from({ length: 30 }, (_, at) => `N${at}`);
  const records = [...(await newSource(ada, 'one', names)), ...(await newSource(ada, 'two', names))];
  const { result: id } = await createInvestigation(ada, { title: 'Harbour' });
  await setMember(ada, { investigationId: id, userId: low.actor.id, role: 'viewer' });
  // Not all of them: some entities are held by one record, some by several, some by none.
  const items = records.filter((_, at) => at % 5 !== 0).map((entityId) => ({ entityId }));
  const { change: added } = await addItems(ada, { investigationId: id, items });
  for (let at = 0; at < 24; at++) {
    const [left, right] = [records[(at * 7) % 60]!, records[(at * 13 + 5) % 60]!];
    if (left !== right)
      await recordJudgement(ada, { left, right, verdict: 'same' }).catch((error) => {
        if (error.code !== 'JUDGEMENT_CONTRADICTS') throw error;
      });
  }
  // Hidden ones split entities for who does not see them.
  const { change: hid } = await runCommand(ada, { action: 'test.hidden' }, (tx) =>
    tx.execute(sql`
      update records set marking = 4, since_change = ${tx.change}
      where tenant_id = ${tx.reader.tenant} and id = any(${records.filter((_, at) => at % 4 === 0)}::uuid[])`),
  );
  const moments: [Context, number | undefined][] = [
    [ada, undefined],
    [low, undefined],
    [ada, added!],
    [low, hid!],
  ];
  for (const [who, at] of moments) {
    const all = await whole(who, id, at);
    expect(await count(who, id, at)).toBe(all.length);
    for (const first of [1, 7, 50]) {
      const found = await pages(who, id, first, at);
      expect(found.flat()).toEqual(all);
      expect(found.slice(0, -1).every((page) => page.length === first)).toBe(true);
    }
  }
  expect((await whole(ada, id)).length).toBeLessThan(items.length);
  expect((await whole(low, id)).length).toBeGreaterThan((await whole(ada, id)).length);
});

test('a page reads as many rows as it shows, however large the case', async () => {
  const ctx = await startTenant(db);
  const names = Array.from({ length: 1_000 }, (_, at) => `N${at}`);
  const records: string[] = [];
  for (const source of 'abcde') records.push(...(await newSource(ctx, source, names)));
  const { result: id } = await createInvestigation(ctx, { title: 'Large' });
  await addItems(ctx, { investigationId: id, items: records.map((entityId) => ({ entityId })) });
  // As the server does by itself after many rows.
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('analyze summit.investigation_items, summit.records, summit.cluster_members');
  await owner.end();
  const read100 = await read(ctx, undefined, async (tx) => {
    const rowsRead = async () =>
      (await tx.first<{ rows: number }>(sql`
        select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0))::int as rows from pg_stat_xact_all_tables
        where schemaname = 'summit' and relname in ('investigation_items', 'records', 'cluster_members', 'clusters')`))!
        .rows;
    // What the connection did before is among it until it is told to the server.
    const before = await rowsRead();
    const { rows } = await listItems(tx, id, { first: 50 });
    const next = await listItems(tx, id, { first: 50, after: rows.at(-1)!.id });
    expect([rows.length, next.rows.length, next.hasMore]).toEqual([50, 50, true]);
    return (await rowsRead()) - before;
  });
  expect(read100).toBeLessThan(1_000);
});
