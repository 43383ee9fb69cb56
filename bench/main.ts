/**
 * `summit bench [--entities N --relationships M --questions N --keep FOLDER]`: starts a Summit of its own, fills it with
 * generated data and prints each figure with the machine and how to repeat it. Figures are for reading, never for a test.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { entityFigures } from './entity.ts';
import { graphFigures, pastFigures } from './graph.ts';
import { machine, printFigures } from './measure.ts';
import { loadedProduct } from './product.ts';
import { searchFigures } from './search.ts';

const { values } = parseArgs({
  options: {
    entities: { type: 'string', default: '1000000' },
    relationships: { type: 'string', default: '5000000' },
    questions: { type: 'string', default: '1000' },
    keep: { type: 'string', default: join(tmpdir(), 'summit-bench') },
    'no-past': { type: 'boolean', default: false },
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
const loaded = await loadedProduct(values.keep, size);
try {
  printFigures('Search', await searchFigures(loaded, questions));
  printFigures('Entity', await entityFigures(loaded, questions));
  printFigures('Graph', await graphFigures(loaded, questions));
  if (!values['no-past']) {
    const history = { share: 0.2, times: 1 };
    printFigures(
      'The past, 20 % of all rows written again',
      await pastFigures(loaded, Math.ceil(questions / 4), history),
    );
  }
} finally {
  await loaded.product.summit('down');
}
console.log(`kept: ${values.keep} (delete it when you are done)`);
