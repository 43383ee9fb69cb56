/**
 * `summit bench [--entities N --relationships M --questions N --keep FOLDER --load import|copy --only PART]`: starts a Summit of
 * its own, fills it with generated data and prints each figure with the machine and how to repeat it. Figures are for
 * reading, never for a test.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { besideFigures } from './beside.ts';
import { chartFigures } from './chart.ts';
import { entityFigures } from './entity.ts';
import { proportionalMegabytes } from './footprint.ts';
import { graphFigures, pastFigures } from './graph.ts';
import { importFigures } from './importing.ts';
import { machine, printFigures } from './measure.ts';
import { loadedProduct } from './product.ts';
import { projectionFigures } from './projection.ts';
import { searchFigures } from './search.ts';
import { storesFigures } from './stores.ts';

const { values } = parseArgs({
  options: {
    entities: { type: 'string', default: '1000000' },
    relationships: { type: 'string', default: '5000000' },
    questions: { type: 'string', default: '1000' },
    keep: { type: 'string', default: join(tmpdir(), 'summit-bench') },
    load: { type: 'string', default: 'import' },
    only: { type: 'string', multiple: true },
  },
});
const size = {
  entities: Number(values.entities),
  relationships: Number(values.relationships),
  vocabulary: Math.min(250_000, Number(values.entities) / 4),
};
const questions = Number(values.questions);

console.log(`machine: ${machine()}`);
console.log(`repeat: make bench, or summit bench ${process.argv.slice(2).join(' ')}`);
if (values.load !== 'import' && values.load !== 'copy') throw new Error('--load is import or copy');
const loaded = await loadedProduct(values.keep, size, values.load);

const parts: Record<string, () => Promise<void>> = {
  search: async () => printFigures('Search', await searchFigures(loaded, questions)),
  entity: async () => printFigures('Entity', await entityFigures(loaded, questions)),
  graph: async () => printFigures('Graph', await graphFigures(loaded, questions)),
  // Where NEO4J_URI says that there is one.
  ...(process.env.NEO4J_URI
    ? {
        stores: async () => printFigures('Postgres and Neo4j', await storesFigures(loaded, questions)),
        projection: async () => printFigures('The copy in Neo4j', await projectionFigures(loaded)),
      }
    : {}),
  import: () => importFigures(loaded, values.keep),
  beside: () => besideFigures(loaded, values.keep, Math.min(questions, 300)),
  chart: () => chartFigures(loaded),
  size: async () => sizeFigures(),
  // The last ones: they change what they ask about.
  past: () => past('The past, 20 % of all rows written again', { share: 0.2, times: 1 }),
  versions: () => past('The past, 10 versions of every row', { share: 1, times: 9 }),
};

async function past(title: string, history: { share: number; times: number }): Promise<void> {
  printFigures(title, await pastFigures(loaded, Math.ceil(questions / 4), history));
}

/** Cold start of what is filled already, and what it weighs when nobody asks anything. */
async function sizeFigures(): Promise<void> {
  const { product } = loaded;
  await product.summit('down');
  const began = performance.now();
  await product.summit('up', '--json');
  console.log(`\nup after down: ${((performance.now() - began) / 1000).toFixed(1)} s (≤ 5)`);
  await new Promise((done) => setTimeout(done, 60_000));
  console.log(
    `idle after 60 s: ${await proportionalMegabytes(product.home)} MB proportional set size (≤ 700)`,
  );
}

try {
  // Ten versions of millions of rows take hours: asked for by name, with fewer rows.
  for (const name of values.only ?? Object.keys(parts).filter((each) => each !== 'versions')) {
    const part = parts[name];
    if (part === undefined) throw new Error(`--only is one of ${Object.keys(parts).join(', ')}`);
    await part();
  }
} finally {
  await loaded.product.summit('down');
}
console.log(`kept: ${values.keep} (delete it when you are done)`);
