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

/** New, unchanged and changed rows, and the undo of an import, on top of what the product holds already. */
export async function importFigures(loaded: Loaded, parent: string): Promise<void> {
  const folder = await generate(parent, SIZE);
  const [entities, links] = [join(folder, 'entities.ndjson'), join(folder, 'relationships.ndjson')];
  const changed = join(folder, 'entities-changed.ndjson');
  await writeFile(changed, (await readFile(entities, 'utf8')).replaceAll('"city":"', '"city":"New '));
  const dataset = `bench-${Date.now().toString(36)}`;
  const bareEntities = await bareFigure(loaded, entities, `${dataset}-bare`);
  const first = await bring(loaded, 'entities: new', entities, dataset);
  const bareLinks = await bareFigure(loaded, links, `${dataset}-bare`);
  const second = await bring(loaded, 'relationships: new', links, dataset);
  const again = await bring(loaded, 'entities: unchanged', entities, dataset);
  const other = await bring(loaded, 'entities: changed', changed, dataset);
  const undone: Rate[] = [];
  for (const { id, rows, what } of [other, second, first]) {
    const began = performance.now();
    await loaded.product.summit('undo', '--import', id, '--json');
    undone.push({ what: `undo of "${what}"`, rows, seconds: (performance.now() - began) / 1000 });
  }
  printRates('Import: 100,000 entities and 200,000 relationships more, with search and links ready', [
    bareEntities,
    { ...first, least: 12_000 },
    bareLinks,
    { ...second, least: 12_000 },
    { ...again, least: 15_000 },
    { ...other, least: 6_000 },
    ...undone,
  ]);
  const share = (rate: Rate, bare: Rate) =>
    (rate.rows / rate.seconds / (bare.rows / bare.seconds)).toFixed(2);
  console.log(
    `of bare COPY + insert (at least 0.6): entities ${share(first, bareEntities)}, relationships ${share(second, bareLinks)}`,
  );
}
