import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { uuidv7 } from '../ids.ts';
import {
  as,
  datasetIdOf,
  seenBy,
  type View,
  views,
  type World,
  worlds,
  writeWorld,
} from '../judgement/worlds.testing.ts';
import { lookAlikes } from './lookAlikes.ts';
import type { SearchFilter } from './question.ts';
import { searchEntities } from './search.queries.ts';

const { db } = await testDatabase();
const RUNS = Number(process.env.FUZZ_RUNS ?? 25);
const FUZZ_MS = 300_000;

const search = (
  ctx: Context,
  query: string,
  filter: SearchFilter = {},
  page = { first: 20, skip: 0 },
  at?: number,
) => read(ctx, at, (tx) => searchEntities(tx, query, filter, page));

type Row = Partial<World['records'][number]> & { name: string };

async function tenantWith(rows: Row[], judgements: [number, number][] = []) {
  const ctx = await startTenant(db);
  const records = rows.map(({ name, props, ...rest }) => ({
    id: uuidv7(),
    dataset: 'red',
    schema: 'Person',
    marking: 0,
    ...rest,
    props: { name: [name], ...props },
  }));
  await writeWorld(ctx, {
    datasets: [
      { key: 'red', marking: 0 },
      { key: 'blue', marking: 2 },
    ],
    records,
    links: [],
    judgements: judgements.map(([a, b]) => ({
      left: records[a]!.id,
      right: records[b]!.id,
      verdict: 'same' as const,
    })),
  });
  return { ctx, ids: records.map(({ id }) => id) };
}

const found = async (ctx: Context, query: string, filter?: SearchFilter) =>
  (await search(ctx, query, filter)).hits.map(({ entity }) => entity.id);

describe('search finds', () => {
  test('names in any script, with typing errors, by their beginning, and says why', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'Kalda Mereveod OÜ' },
      { name: 'Иван Смирнов' },
      { name: '王伟' },
      { name: "Seán O'Brien" },
    ]);
    const [kalda, ivan, wang, sean] = ids;
    expect(await found(ctx, 'kalda mereveod ou')).toEqual([kalda]);
    expect(await found(ctx, 'Klada Merevood')).toEqual([kalda]);
    expect(await found(ctx, 'kalda mere')).toEqual([kalda]);
    expect(await found(ctx, 'ivan smirnov')).toEqual([ivan]);
    expect(await found(ctx, 'Смирноф')).toEqual([ivan]);
    expect(await found(ctx, '王伟')).toEqual([wang]);
    expect(await found(ctx, 'wang wei')).toEqual([wang]);
    expect(await found(ctx, 'sean obrien')).toEqual([sean]);
    const { hits } = await search(ctx, 'kalda mereveodd');
    expect(hits[0]?.matches[0]).toEqual({
      property: 'name',
      label: 'Name',
      value: 'Kalda Mereveod OÜ',
      how: 'typo',
      spans: [
        [0, 5],
        [6, 14],
      ],
    });
  });

  test('identifiers however they are grouped, before any name', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'DE 12 3456' },
      { name: 'Other', props: { idNumber: ['DE-123.456'] } },
    ]);
    const { hits } = await search(ctx, 'de 123456');
    expect(hits[0]).toMatchObject({
      entity: { id: ids[1] },
      score: 2,
      matches: [{ property: 'idNumber', how: 'exact' }],
    });
  });

  test('the better match first: whole and exact, then beginnings, then typing errors', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'Avery Patelson' },
      { name: 'Averi Patel' },
      { name: 'Avery Patel' },
      { name: 'Avery Patel Holdings International' },
    ]);
    expect(await found(ctx, 'Avery Patel')).toEqual([ids[2], ids[3], ids[0], ids[1]]);
  });

  test('what has most of the words when nothing has all, and says so', async () => {
    const { ctx, ids } = await tenantWith([{ name: 'Robert Kaderailo' }]);
    const answer = await search(ctx, 'Bob Kaderailo');
    expect(answer.hits.map(({ entity }) => entity.id)).toEqual([ids[0]]);
    expect(answer.notes).toEqual(['Nothing has all the words; shown is what has all but one.']);
  });

  test('entities, once each, whichever record matched, with facets that count entities', async () => {
    const { ctx, ids } = await tenantWith(
      [
        { name: 'Kalda Marine', dataset: 'red', props: { country: ['ee'] } },
        { name: 'Kalda Mereveod', dataset: 'blue', props: { country: ['ee'] } },
        { name: 'Kalda Foods', schema: 'Company' },
      ],
      [[0, 1]],
    );
    const answer = await search(ctx, 'kalda');
    expect(answer).toMatchObject({ total: 2, totalIsExact: true, hasMore: false });
    expect(answer.hits.map(({ entity }) => entity.recordIds.length).sort()).toEqual([1, 2]);
    const facet = (name: string) =>
      answer.facets.find((each) => each.name === name)!.values.map(({ value, count }) => [value, count]);
    expect(facet('schema')).toEqual([
      ['Company', 1],
      ['Person', 1],
    ]);
    expect(facet('dataset')).toEqual(
      expect.arrayContaining([
        ['red', 2],
        ['blue', 1],
      ]),
    );
    expect(facet('country')).toEqual([['ee', 1]]);
    const alone = await search(as(ctx, { datasets: ['blue'], clearance: 4 }), 'kalda');
    expect(alone.hits.map(({ entity }) => entity.id)).toEqual([ids[1]]);
  });

  test('within schemata and their heirs, datasets, countries and dates', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'Kalda One', props: { birthDate: ['1960'], country: ['ee'] } },
      { name: 'Kalda Two', schema: 'Company', dataset: 'blue', props: { incorporationDate: ['2001-05-06'] } },
    ]);
    const [one, two] = ids;
    expect(await found(ctx, 'kalda', { schemas: ['LegalEntity'] })).toHaveLength(2);
    expect(await found(ctx, 'kalda', { schemas: ['Organization'] })).toEqual([two]);
    expect(await found(ctx, 'kalda', { datasets: ['red'] })).toEqual([one]);
    expect(await found(ctx, 'kalda', { datasets: ['unheard-of'] })).toEqual([]);
    expect(await found(ctx, 'kalda', { countries: ['EE'] })).toEqual([one]);
    expect(await found(ctx, 'kalda', { from: '2001-05', to: '2001' })).toEqual([two]);
    expect(await found(ctx, '', { datasets: ['blue'] })).toEqual([two]);
    await expect(search(ctx, 'kalda', { from: 'yesterday' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(search(ctx, 'x'.repeat(1001))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('page after page, every entity once', async () => {
    const { ctx, ids } = await tenantWith(Array.from({ length: 230 }, (_, n) => ({ name: `Kalda ${n}` })));
    const seen: string[] = [];
    for (let skip = 0; ; skip += 70) {
      const answer = await search(ctx, 'kalda', {}, { first: 70, skip });
      expect(answer.total).toBe(230);
      seen.push(...answer.hits.map(({ entity }) => entity.id));
      if (!answer.hasMore) break;
    }
    expect(seen.sort()).toEqual(ids.toSorted());
  });

  test('known entities that a new entry looks like, and no mere namesakes', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'Kalda Marine OÜ', schema: 'Company' },
      { name: 'Marine Foods', schema: 'Company' },
      { name: 'Somebody', props: { idNumber: ['AB123'] } },
    ]);
    const alike = (schema: string, props: Record<string, string[]>) =>
      read(ctx, undefined, async (tx) =>
        (await lookAlikes(tx, { schema, props })).map(({ entity }) => entity.id),
      );
    expect(await alike('Company', { name: ['Klada Marine OU'] })).toEqual([ids[0]]);
    expect(await alike('Person', { name: ['Nobody'], idNumber: ['ab-123'] })).toEqual([ids[2]]);
    expect(await alike('Company', { name: ['Quite Different'] })).toEqual([]);
  });
});

describe('search keeps', () => {
  test(
    'a reader from telling what it does not see: every answer is as if that did not exist',
    async () => {
      const queries = fc.constantFrom(
        'kalda',
        'klada marine',
        'avery smith',
        'o',
        '王伟',
        'wang wei',
        'AB1234',
        'averi patel ou',
        '42',
        '',
      );
      const filters: fc.Arbitrary<SearchFilter> = fc.record(
        {
          schemas: fc.constantFrom(['Person'], ['LegalEntity']),
          datasets: fc.subarray(['red', 'green', 'blue'], { minLength: 1 }),
          countries: fc.constantFrom(['de']),
        },
        { requiredKeys: [] },
      );
      const asked = fc.array(fc.tuple(queries, filters), { minLength: 4, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(worlds, views, asked, async (world: World, view: View, questions) => {
          const [whole, part] = [await startTenant(db), await startTenant(db)];
          await writeWorld(whole, world);
          await writeWorld(part, seenBy(world, view));
          for (const [query, filter] of questions) {
            const [a, b] = [
              await search(as(whole, view), query, filter),
              await search(as(part, view), query, filter),
            ];
            expect(a).toEqual(b);
          }
        }),
        { numRuns: RUNS },
      );
    },
    FUZZ_MS,
  );

  test(
    'the past apart from the present: a moment answers as if nothing had happened since',
    async () => {
      const queries = fc.array(fc.constantFrom('kalda', 'klada marine', 'smit', '王伟', 'AB1234', ''), {
        minLength: 2,
        maxLength: 3,
      });
      await fc.assert(
        fc.asyncProperty(worlds, worlds, views, queries, async (world, later, view, asked) => {
          const [lived, still] = [await startTenant(db), await startTenant(db)];
          const change = await writeWorld(lived, world);
          await writeWorld(still, world);
          await writeWorld(lived, { ...later, datasets: [] });
          // Whoever sees every marking: for others the stricter of the markings then and now counts.
          const all = { ...view, clearance: 4 };
          for (const query of asked) {
            const past = await search(as(lived, all), query, {}, { first: 20, skip: 0 }, change);
            const present = await search(as(still, all), query);
            const unplaced = JSON.parse(JSON.stringify({ ...past, notes: past.notes.slice(0, -1) }));
            for (const hit of unplaced.hits) delete hit.entity.at;
            expect(unplaced).toEqual(JSON.parse(JSON.stringify(present)));
          }
        }),
        { numRuns: RUNS },
      );
    },
    FUZZ_MS,
  );

  test('beginnings from depending on words of what is hidden', async () => {
    const { ctx, ids } = await tenantWith([
      { name: 'zzz' },
      ...Array.from({ length: 300 }, (_, n) => ({ name: `z${n.toString(36).padStart(3, 'a')}`, marking: 4 })),
    ]);
    const view = as(ctx, { datasets: ['red'], clearance: 0 });
    expect(await search(view, 'z')).toMatchObject({
      total: 1,
      hits: [{ entity: { id: ids[0] } }],
      notes: [],
    });
    expect((await search(ctx, 'z')).notes).toEqual(['More words begin with z than were searched; type on.']);
  });

  test('its tables behind one door, which opens for the own tenant alone', async () => {
    const [{ ctx }, { ctx: other }] = [
      await tenantWith([{ name: 'Mine' }]),
      await tenantWith([{ name: 'Theirs' }]),
    ];
    for (const table of ['documents', 'vocabulary'])
      await expect(
        read(ctx, undefined, (tx) => tx.query(sql`select from ${sql.identifier(`search.${table}`)}`)),
      ).rejects.toMatchObject({ code: '42501' });
    await expect(
      read(ctx, undefined, (tx) =>
        tx.query(sql`
          select search.find(${other.scope.tenant}, ${[datasetIdOf('red')]}::uuid[], 4, null, '{theirs}', false, '{}',
            null, null, null, null, null, true, '{}', '{}', 0, 10)`),
      ),
    ).rejects.toMatchObject({ code: '42501' });
    expect(await found(ctx, 'theirs')).toEqual([]);
  });

  test('the past as it was, and says what comes from today', async () => {
    const { ctx, ids } = await tenantWith([{ name: 'Kalda Marine' }]);
    const { change } = (await read(ctx, undefined, (tx) =>
      tx.first<{ change: number }>(
        sql`select max(since_change) as change from records where tenant_id = ${ctx.scope.tenant}`,
      ),
    ))!;
    await writeWorld(ctx, {
      datasets: [],
      records: [{ id: ids[0]!, dataset: 'red', schema: 'Person', marking: 0, props: { name: ['Mereveod'] } }],
      links: [],
      judgements: [],
    });
    expect(await found(ctx, 'kalda')).toEqual([]);
    const past = await search(ctx, 'kalda', {}, { first: 10, skip: 0 }, change);
    expect(past.hits.map(({ entity }) => entity.id)).toEqual(ids);
    expect(past.notes).toEqual(['Words with typing errors and facets come from the vocabulary of today.']);
    const before = await search(ctx, 'kalda', {}, { first: 10, skip: 0 }, change - 1);
    expect(before.total).toBe(0);
  });
});
