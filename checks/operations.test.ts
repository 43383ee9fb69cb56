import { expect, test } from 'vitest';
import { deadCodes } from '../apps/server/src/ingest/event.ts';
import { errors } from '../packages/process/src/errors.ts';
import { variables } from '../packages/process/src/variables.ts';
import { read, sources } from './repository.ts';

const pages = ['operations', 'kafka', 'real-servers', 'handbook-deviations']
  .map((page) => read(`docs/${page}.md`))
  .join('\n');
const code = sources.map(read).join('\n');
const named = (pattern: RegExp) => [...new Set([...pages.matchAll(pattern)].map(([, name]) => name!))];

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
  const told = named(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g);
  const known = new Set<string>([...Object.keys(errors), ...Object.keys(variables), ...deadCodes]);
  // Of health, of Postgres itself, of Kafka itself, of name servers, of the C library and of Node.
  for (const other of [
    'EPOCH_CHANGED',
    'NOT_ENOUGH_REPLICAS',
    'LEADER_NOT_AVAILABLE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'EAI_AGAIN',
    'LD_PRELOAD',
    'NODE_EXTRA_CA_CERTS',
  ])
    known.add(other);
  expect(told.filter((name) => !known.has(name))).toEqual([]);
});

test('every reason and header of a parked message is told, and no other', () => {
  const sent = read('apps/server/src/ingest/ingest.kafka.ts');
  const headers = [...new Set(sent.match(/summit-dead-[a-z]+/g))];
  expect(named(/`(summit-dead-[a-z]+)`/g).sort()).toEqual(headers.sort());
  expect(deadCodes.filter((each) => !read('docs/kafka.md').includes(`\`${each}\``))).toEqual([]);
});
