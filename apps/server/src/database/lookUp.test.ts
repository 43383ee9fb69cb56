import type { LookupFunction } from 'node:net';
import { expect, test } from 'vitest';
import { sharing } from './lookUp.ts';

type Answer = Parameters<Parameters<LookupFunction>[2]>;

function resolver() {
  const asked: { name: string; answer: (...answer: Answer) => void }[] = [];
  const lookUp = sharing((name, _, answer) => void asked.push({ name, answer }));
  const told: unknown[] = [];
  const ask = (name: string, family = 0) =>
    lookUp(name, { family }, (error, address) => told.push(error?.code ?? address));
  return { asked, told, ask };
}

test('a name that is being asked for is not asked for again, and all who wait are answered', () => {
  const { asked, told, ask } = resolver();
  ask('db');
  ask('db');
  ask('other');
  ask('db', 6);
  expect(asked.map(({ name }) => name)).toEqual(['db', 'other', 'db']);
  asked[0]!.answer(null, '10.0.0.1', 4);
  expect(told).toEqual(['10.0.0.1', '10.0.0.1']);
  asked[1]!.answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 0);
  expect(told.at(-1)).toBe('ENOTFOUND');
});

test('an answer is for those who waited for it: whoever comes later asks anew', () => {
  const { asked, told, ask } = resolver();
  ask('db');
  asked[0]!.answer(null, '10.0.0.1', 4);
  ask('db');
  expect(asked).toHaveLength(2);
  asked[1]!.answer(null, '10.0.0.2', 4);
  expect(told).toEqual(['10.0.0.1', '10.0.0.2']);
});
