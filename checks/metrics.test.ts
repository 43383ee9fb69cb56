import { expect, test } from 'vitest';
import { metrics } from '../packages/process/src/metrics.ts';
import { read, sources } from './repository.ts';

const code = sources
  .filter((path) => !path.endsWith('process/src/metrics.ts'))
  .map(read)
  .join('\n');

test('every metric that is declared is measured', () => {
  expect(Object.keys(metrics).filter((name) => !code.includes(`metrics.${name}.`))).toEqual([]);
});

test('no metric is declared anywhere else', () => {
  expect(sources.filter((path) => /from 'prom-client'/.test(read(path)))).toEqual([
    'packages/process/src/metrics.ts',
  ]);
});
