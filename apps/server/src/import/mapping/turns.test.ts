import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const order = (turns: Turns<string>) => {
  const all: string[] = [];
  for (let next = turns.next(); next !== undefined; next = turns.next()) all.push(next);
  return all;
};

test('tenants take turns, people of a tenant do, and of one person the first comes first', () => {
  const turns = new Turns<string>(3, 100);
  for (const item of ['a1', 'a2', 'a3']) turns.add({ tenant: 'one', person: 'a' }, item);
  for (const item of ['b1', 'b2']) turns.add({ tenant: 'one', person: 'b' }, item);
  turns.add({ tenant: 'other', person: 'a' }, 'x1');
  expect(turns.size).toBe(6);
  expect(order(turns)).toEqual(['a1', 'x1', 'b1', 'a2', 'b2', 'a3']);
  expect(turns.size).toBe(0);
});

test('a full queue refuses its owner alone, until all together are too many', () => {
  const turns = new Turns<string>(2, 4);
  const add = (person: string) => turns.add({ tenant: 'one', person }, person);
  expect([add('a'), add('a'), add('a'), add('b'), add('b'), add('c')]).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
  turns.next();
  expect(add('c')).toBe(true);
});
