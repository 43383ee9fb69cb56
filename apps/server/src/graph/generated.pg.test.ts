import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answers, answers, generate, type Row, rows, twins } from '../../../../bench/generated.ts';
import { runCommand } from '../change/command.ts';
import { type At, read, resolveMoment } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { keepFile } from '../file/file.commands.ts';
import { uuidv7 } from '../ids.ts';
import { recognise } from '../import/format/recognise.ts';
import { identifier } from '../import/identify.ts';
import { startImport } from '../import/import.commands.ts';
import { type ImportTesting, importTesting } from '../import/testing.ts';
import { recluster } from '../judgement/cluster.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import type { Asked } from './graphQueries.ts';

// 20,000 records and 100,000 relationships with planted answers, imported in the order in which they became known.
const database = await testDatabase();
const graph = postgresGraph(database.db);
const record = (id: string) => identifier('generated')('record', id);

let parent: string;
let folder: string;
let gold: Answers;
let ctx: Context;
const moments: { knownAt: string; change: number }[] = [];
const all: { entities: Row[]; relationships: Row[] } = { entities: [], relationships: [] };

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'summit-generated-'));
  folder = await generate(parent, { entities: 20_000, relationships: 100_000 });
  gold = await answers(folder);
  ctx = await startTenant(database.db);
  const importing = await importTesting(database);
  for (const kind of ['entities', 'relationships'] as const)
    for await (const row of rows(folder, kind)) all[kind].push(row);

  let from = '';
  for (const to of [...gold.as_of.map(({ known_at }) => known_at), '9']) {
    for (const kind of ['entities', 'relationships'] as const) {
      const slice = all[kind].filter(
        (row) => String(row.recorded_at) >= from && String(row.recorded_at) < to,
      );
      const text = slice.map((row) => JSON.stringify(row)).join('\n');
      await bring(importing, `${kind}.ndjson`, text);
    }
    moments.push({ knownAt: to, change: (await resolveMoment(ctx, { time: new Date() })).change });
    from = to;
  }
}, 900_000);

async function bring({ home, settled }: ImportTesting, name: string, text: string): Promise<void> {
  const files = { home, most: 1e9, quota: 1e10 };
  const { id: fileId } = await keepFile(ctx, files, name, Readable.from([Buffer.from(text)]));
  const { format, mapping } = await recognise({ ...ctx, files }, { fileId });
  const { state, counts } = await settled(
    ctx,
    await startImport(ctx, { fileId, dataset: 'generated', format, mapping }),
  );
  expect([state, counts.rejects]).toEqual(['done', 0]);
}

afterAll(() => rm(parent, { recursive: true, force: true }));

const ask = <T>(at: At, question: (asked: Asked) => Promise<T>): Promise<T> => read(ctx, at, question);

async function expectPlantedPaths(): Promise<void> {
  for (const { from, to, hops, shortest_paths } of gold.paths) {
    const found = await ask(undefined, (asked) =>
      graph.paths(asked, { from: record(from), to: record(to), maxHops: hops, k: 20 }),
    );
    expect([found.paths.map((path) => path.entityIds.length - 1), found.bounded.complete]).toEqual([
      Array(shortest_paths).fill(hops),
      true,
    ]);
  }
  for (const { from, to } of gold.no_path) {
    const found = await ask(undefined, (asked) =>
      graph.paths(asked, { from: record(from), to: record(to), maxHops: 6, k: 1 }),
    );
    expect(found).toMatchObject({ paths: [], bounded: { complete: true } });
  }
}

describe('generated data', () => {
  test('has as many records and relationships at each moment as were known then', async () => {
    for (const [index, { known_at, entities, relationships }] of gold.as_of.entries()) {
      expect(moments[index]!.knownAt).toBe(known_at);
      const counted = await read(ctx, moments[index]!.change, (tx) =>
        tx.first(sql`select (select count(*)::int from records where tenant_id = ${ctx.scope.tenant}) as entities,
          (select count(*)::int from relationships where tenant_id = ${ctx.scope.tenant}) as relationships`),
      );
      expect(counted).toEqual({ entities, relationships });
    }
  });

  test('has the planted degrees now, and at each moment those of links whose ends were both known', async () => {
    const hubs = gold.highest_degree.slice(0, 5);
    const ids = hubs.map(({ id }) => record(id));
    const degreesAt = async (at: At) => {
      const { counts } = await ask(at, (asked) => graph.degrees(asked, { ids }));
      return ids.map((id) => (counts.get(id) ?? []).reduce((sum, { count }) => sum + count, 0));
    };
    expect(await degreesAt(undefined)).toEqual(hubs.map(({ degree }) => degree));
    for (const { knownAt, change } of moments) {
      const known = (row: Row) => String(row.recorded_at) < knownAt;
      const there = new Set(all.entities.filter(known).map(({ id }) => id));
      const links = all.relationships.filter(
        (row) => known(row) && there.has(row.from!) && there.has(row.to!),
      );
      expect(await degreesAt(change)).toEqual(
        hubs.map(({ id }) =>
          there.has(id) ? links.filter(({ from, to }) => (from === id) !== (to === id)).length : 0,
        ),
      );
    }
  });

  test('has the planted paths, and none where there is none', expectPlantedPaths, 120_000);

  test('has the same paths once the planted twins are judged the same', async () => {
    const groups = [...(await twins(folder)).values()].map((ids) => ids.map(record).sort());
    for (let start = 0; start < groups.length; start += 200) {
      const some = groups.slice(start, start + 200);
      const pairs = some.flatMap(([left, ...others]) =>
        others.map((right) => ({ id: uuidv7(), left, right })),
      );
      await runCommand(ctx, { action: 'test.judged' }, async (tx) => {
        await tx.execute(sql`
          insert into judgements (tenant_id, id, since_change, left_record, right_record, verdict, made_by)
          select ${ctx.scope.tenant}, id, ${tx.change}, "left", "right", 'same', ${ctx.actor.id}
          from json_to_recordset(${JSON.stringify(pairs)}) as j (id uuid, "left" uuid, "right" uuid)`);
        await recluster(tx, some.flat());
      });
    }
    await expectPlantedPaths();
  }, 240_000);
});
