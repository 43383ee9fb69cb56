import { expect, test } from 'vitest';
import { errors } from '../packages/process/src/errors.ts';
import { variables } from '../packages/process/src/variables.ts';
import { read, sources } from './repository.ts';

const page = read('docs/operations.md');
const code = sources.map(read).join('\n');
const named = (pattern: RegExp) => [...new Set([...page.matchAll(pattern)].map(([, name]) => name!))];

test('every metric that operators are told of is declared', () => {
  const metrics = read('packages/process/src/metrics.ts');
  const told = named(/`(summit_[a-z_]+?)(?:\{[^}`]*\})?`/g).filter(
    (name) => !/^summit_(app|owner)$/.test(name),
  );
  expect(told.length).toBeGreaterThan(5);
  expect(told.filter((name) => !metrics.includes(`'${name}'`))).toEqual([]);
});

test('every line of the log that operators are told of is written', () => {
  const told = named(/`message: ([^`]+)`/g);
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter((line) => !code.includes(line))).toEqual([]);
});

test('every error and variable that operators are told of is in its table', () => {
  const told = named(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g);
  // Of health, of Postgres itself, of Kafka itself and of name servers.
  const others = new Set([
    'EPOCH_CHANGED',
    'NOT_ENOUGH_REPLICAS',
    'LEADER_NOT_AVAILABLE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'EAI_AGAIN',
  ]);
  expect(told.filter((name) => !(name in errors) && !(name in variables) && !others.has(name))).toEqual([]);
});
