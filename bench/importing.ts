/** How fast rows come in through the product, beside bare statements that write the same rows into the same tables. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bareFigure } from './bareWriting.ts';
import { generate } from './generated.ts';
import { printRates, type Rate } from './measure.ts';
import type { Loaded } from './product.ts';

const SIZE = { entities: 100_000, relationships: 200_000, vocabulary: 25_000, seed: 2 };

interface Result {
  import: string;
  rows: number;
  seconds: number;
}

/** `seconds` is the clock of somebody who waits for the command; the worker's own time is in the result line. */
export async function bring(
  { product }: Pick<Loaded, 'product'>,
  what: string,
  file: string,
  dataset: string,
): Promise<Rate & { id: string }> {
  const began = performance.now();
  const result = JSON.parse(await product.summit('import', file, '--dataset', dataset, '--json')) as Result;
  const seconds = (performance.now() - began) / 1000;
  return { what, rows: result.rows, seconds, working: result.seconds, id: result.import };
}

const ROUNDS = 3;

/**
 * New, unchanged and changed rows, and the undo of an import, on top of what the product holds already. New rows come in three
 * rounds, in turns with bare statements and each time the other one first: what else the database does then (it vacuums, it
 * writes checkpoints) meets both. The median of each is told.
 */
export async function importFigures(loaded: Loaded, parent: string): Promise<void> {
  const folder = await generate(parent, SIZE);
  const files = {
    entities: join(folder, 'entities.ndjson'),
    relationships: join(folder, 'relationships.ndjson'),
  };
  const changed = join(folder, 'entities-changed.ndjson');
  await writeFile(changed, (await readFile(files.entities, 'utf8')).replaceAll('"city":"', '"city":"New '));
  const name = `bench-${Date.now().toString(36)}`;

  const bare = { entities: [] as Rate[], relationships: [] as Rate[] };
  const ours = { entities: [] as Rate[], relationships: [] as Rate[] };
  const undone: Rate[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['entities', 'relationships'] as const) {
      const turns = [
        async () => bare[kind].push(await bareFigure(loaded, files[kind], `${name}-${round}-bare`)),
        async () => ours[kind].push(await bring(loaded, `${kind}: new`, files[kind], `${name}-${round}`)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
  }
  const dataset = `${name}-0`;
  const again = await bring(loaded, 'entities: unchanged', files.entities, dataset);
  const other = await bring(loaded, 'entities: changed', changed, dataset);
  const [entities, relationships] = [ours.entities[0], ours.relationships[0]] as { id: string }[] & Rate[];
  for (const { id, rows, what } of [other, relationships, entities] as (Rate & { id: string })[]) {
    const began = performance.now();
    await loaded.product.summit('undo', '--import', id, '--json');
    undone.push({ what: `undo of "${what}"`, rows, seconds: (performance.now() - began) / 1000 });
  }
  printRates('Import: 100,000 entities and 200,000 relationships more, with search and links ready', [
    median(bare.entities),
    median(ours.entities),
    median(bare.relationships),
    median(ours.relationships),
    { ...again, least: 15_000 },
    { ...other, least: 6_000 },
    ...undone,
  ]);
  const shares = (kind: keyof typeof bare) =>
    bare[kind].map(({ seconds }, round) => (seconds / ours[kind][round]!.seconds).toFixed(2)).join(', ');
  console.log(
    `of bare COPY + insert, round by round (at least 0.6): entities ${shares('entities')}; relationships ${shares('relationships')}`,
  );
}

const median = (rates: readonly Rate[]): Rate =>
  [...rates].sort((a, b) => a.seconds - b.seconds)[Math.floor(rates.length / 2)]!;
