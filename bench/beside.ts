/** What an import costs those who work meanwhile: the same questions alone, then while rows come in. */
import { join } from 'node:path';
import { generate } from './generated.ts';
import { ENTITY, NEIGHBOURHOOD, PATHS, people } from './graph.ts';
import { bring } from './importing.ts';
import { printRates, quantile } from './measure.ts';
import { asking, type Loaded } from './product.ts';
import { SEARCH, someNames } from './search.ts';

const SIZE = { entities: 200_000, relationships: 400_000, vocabulary: 50_000, seed: 3 };
const WARM_MS = 15_000;
const MOST = 1.5;

type Times = Map<string, number[]>;

/** One client asks in turns: before, while 600,000 rows are imported and made searchable, and after. */
export async function besideFigures(loaded: Loaded, parent: string, count: number): Promise<void> {
  const folder = await generate(parent, SIZE);
  const ask = asking(loaded);
  const { someone } = await people(loaded, count);
  const names = await someNames(loaded, count);
  const questions: Record<string, (turn: number) => Promise<unknown>> = {
    'search with facets': (turn) => ask(SEARCH, { query: names[turn % count] }),
    entity: (turn) => ask(ENTITY, { id: someone(turn) }),
    'one hop': (turn) => ask(NEIGHBOURHOOD, { input: { entityIds: [someone(turn)], limit: 100 } }),
    'paths of at most 4 hops': (turn) =>
      ask(PATHS, { input: { from: someone(2 * turn), to: someone(2 * turn + 1), maxHops: 4 } }),
  };
  let turn = 0;
  async function askWhile(goesOn: () => boolean): Promise<Times> {
    const times: Times = new Map(Object.keys(questions).map((what) => [what, []]));
    for (; goesOn(); turn++) {
      for (const [what, question] of Object.entries(questions)) {
        const began = performance.now();
        await question(turn);
        times.get(what)!.push(performance.now() - began);
      }
    }
    return times;
  }
  const alone = async (): Promise<Times> => {
    const until = turn + count;
    return askWhile(() => turn < until);
  };

  const warmed = performance.now() + WARM_MS;
  await askWhile(() => performance.now() < warmed);
  const before = await alone();
  const key = `beside-${Date.now().toString(36)}`;
  let importing = true;
  const imported = (async () => {
    const files = ['entities', 'relationships'] as const;
    const rates = [];
    for (const kind of files)
      rates.push(await bring(loaded, `${kind}: new`, join(folder, `${kind}.ndjson`), key));
    return rates;
  })().finally(() => {
    importing = false;
  });
  const during = await askWhile(() => importing);
  const rates = await imported;
  const after = await alone();

  console.log('\nQuestions of one client beside an import: p50/p95 ms before, during and after');
  for (const what of Object.keys(questions)) {
    const told = [before, during, after].map((times) => {
      const values = times.get(what)!;
      return `${quantile(values, 0.5).toFixed(1)}/${quantile(values, 0.95).toFixed(1)} (${values.length})`;
    });
    const ratio = quantile(during.get(what)!, 0.95) / quantile(before.get(what)!, 0.95);
    console.log(
      `${what.padEnd(30)} ${told.map((text) => text.padStart(20)).join(' ')}   p95 × ${ratio.toFixed(2)} (≤ ${MOST}) ${ratio <= MOST ? 'ok' : 'above'}`,
    );
  }
  printRates('The import beside them', rates);
  for (const { id } of rates.reverse()) await loaded.product.summit('undo', '--import', id, '--json');
}
