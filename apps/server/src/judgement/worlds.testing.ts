import fc from 'fast-check';
import { runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { uuidv5 } from '../ids.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import { writeRelationships } from '../relationship/write.ts';
import { judgementId, pairOf } from './judgement.ts';
import './cluster.ts';

/** A small world, as plain values: what a model of it computes is compared with what the database answers. */
export interface World {
  datasets: { key: string; marking: number }[];
  records: {
    id: string;
    dataset: string;
    schema: string;
    marking: number;
    props: Record<string, string[]>;
  }[];
  links: {
    id: string;
    dataset: string;
    type: string;
    marking: number;
    source: string;
    target: string;
    directed: boolean;
    reference: boolean;
  }[];
  judgements: { left: string; right: string; verdict: 'same' | 'different' }[];
}

export interface View {
  datasets: string[];
  clearance: number;
}

export const datasetIdOf = (key: string): string => uuidv5(`${key}\0dataset\0`);
const idOf = (text: string): string => uuidv5(`test ${text}`);

/** What a reader sees of a world, and nothing else of it: an answer must be the same in both. */
export function seenBy(world: World, view: View): World {
  const datasets = world.datasets.filter(
    ({ key, marking }) => view.datasets.includes(key) && marking <= view.clearance,
  );
  const visible = ({ dataset, marking }: { dataset: string; marking: number }) =>
    marking <= view.clearance && datasets.some(({ key }) => key === dataset);
  const records = world.records.filter(visible);
  const ids = new Set(records.map(({ id }) => id));
  return {
    datasets,
    records,
    links: world.links.filter(visible),
    judgements: world.judgements.filter(({ left, right }) => ids.has(left) && ids.has(right)),
  };
}

export const as = (ctx: Context, view: View): Context => ({
  ...ctx,
  scope: { ...ctx.scope, clearance: view.clearance, datasets: view.datasets.map(datasetIdOf) },
});

/** Answers with the change that wrote it. */
export async function writeWorld(ctx: Context, world: World): Promise<number> {
  const { tenant } = ctx.scope;
  const { change } = await runCommand(ctx, { action: 'world.written' }, async (tx) => {
    for (const { key, marking } of world.datasets) {
      await tx.execute(sql`
        insert into datasets (tenant_id, id, since_change, key, title, marking)
        values (${tenant}, ${datasetIdOf(key)}, ${tx.change}, ${key}, ${key}, ${marking})`);
    }
    const within = (key: string) => ({ key, id: datasetIdOf(key) });
    await writeRecords(
      tx,
      ontology,
      world.records.map((each) => ({ ...each, dataset: within(each.dataset) })),
    );
    await writeRelationships(
      tx,
      world.links.map((each) => ({ ...each, dataset: within(each.dataset), props: {} })),
    );
    for (const { left, right, verdict } of world.judgements) {
      const [a, b] = pairOf(left, right);
      await tx.execute(sql`
        insert into judgements (tenant_id, id, since_change, left_record, right_record, verdict, made_by)
        values (${tenant}, ${judgementId(a, b)}, ${tx.change}, ${a}, ${b}, ${verdict}, ${ctx.actor.id})
        on conflict (tenant_id, id) do nothing`);
    }
    await deriveAgain(tx, { records: world.records.map(({ id }) => id) });
  });
  return change!;
}

const WORDS = [
  'kalda',
  'kolda',
  'marine',
  'mare',
  'patel',
  'avery',
  'averi',
  'ou',
  'ouuu',
  'smith',
  'smit',
  '王伟',
  '42',
];
const KEYS = ['red', 'green', 'blue'];

/** Worlds dense enough that clusters, links and words cross what single readers see. */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    markings: fc.tuple(...KEYS.map(() => fc.constantFrom(0, 0, 2))),
    records: fc.array(
      fc.record({
        dataset: fc.constantFrom(...KEYS),
        schema: fc.constantFrom('Person', 'Company'),
        marking: fc.constantFrom(0, 0, 0, 2, 4),
        names: fc.array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 2,
        }),
        birthDate: fc.option(fc.constantFrom('1960', '1960-02-03', '1961-02-03')),
        country: fc.option(fc.constantFrom('de', 'ee')),
        idNumber: fc.option(fc.constantFrom('AB 12-34', 'CD5678')),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    links: fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(13), fc.nat(13)),
        dataset: fc.constantFrom(...KEYS),
        type: fc.constantFrom('knows', 'owns'),
        marking: fc.constantFrom(0, 0, 4),
        directed: fc.boolean(),
        reference: fc.boolean(),
      }),
      { maxLength: 16 },
    ),
    judgements: fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(11), fc.nat(11)),
        verdict: fc.constantFrom('same' as const, 'same' as const, 'different' as const),
      }),
      { maxLength: 10 },
    ),
  })
  .map(({ markings, records, links, judgements }) => {
    const record = (index: number) => idOf(`record ${index}`);
    const pairs = new Set<string>();
    return {
      datasets: KEYS.map((key, index) => ({ key, marking: markings[index]! })),
      records: records.map(({ names, birthDate, country, idNumber, ...rest }, index) => ({
        ...rest,
        id: record(index),
        props: {
          name: [...new Set(names.map((words) => words.join(' ')))],
          ...(birthDate && { birthDate: [birthDate] }),
          ...(country && { country: [country] }),
          ...(idNumber && { idNumber: [idNumber] }),
        },
      })),
      // Numbers beyond the records are ends that nothing resolves.
      links: links.map(({ ends: [source, target], ...rest }, index) => ({
        ...rest,
        id: idOf(`link ${index}`),
        source: record(source),
        target: record(target),
      })),
      judgements: judgements.flatMap(({ ends: [a, b], verdict }) => {
        const key = [a, b].sort().join();
        if (a === b || a >= records.length || b >= records.length || pairs.has(key)) return [];
        pairs.add(key);
        return [{ left: record(a), right: record(b), verdict }];
      }),
    };
  });

export const views: fc.Arbitrary<View> = fc.record({
  datasets: fc.subarray(KEYS, { minLength: 1 }),
  clearance: fc.constantFrom(0, 2, 4),
});
