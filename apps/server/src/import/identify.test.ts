import { expect, test } from 'vitest';
import { factId } from '../ids.ts';
import { canonicalProps, identifier, rowKey } from './identify.ts';

test('an id is the UUIDv5 of dataset key, kind and source key', () => {
  // uuid.uuid5(UUID('5b0c2f4e9a8d4f6c8f3e7d1a6c2b9e40'), 'demo\0record\0é') in Python
  const id = '5c1cffda-6ec1-55b6-81fd-0a50b6873446';
  expect([factId('demo', 'record', 'é'), identifier('demo')('record', 'é')]).toEqual([id, id]);
});

test('kind, dataset and key each make another id; long keys do too', () => {
  const idOf = identifier('a');
  const long = 'x'.repeat(5000);
  const ids = [
    idOf('record', 'k'),
    idOf('relationship', 'k'),
    idOf('reference', 'k'),
    factId('b', 'record', 'k'),
    idOf('record', long),
    idOf('record', `${long}y`),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(idOf('record', 'k')).toBe(ids[0]);
});

test('equal rows get keys of their own', () => {
  expect(rowKey('[["a","1"]]', 1)).not.toBe(rowKey('[["a","1"]]', 2));
});

test('canonical properties do not depend on order or repetition', () => {
  expect(canonicalProps({ b: ['2', '1', '2'], a: ['x'], c: [] })).toBe('{"a":["x"],"b":["1","2"]}');
});
