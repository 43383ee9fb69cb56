import { expect, test } from 'vitest';
import { checkedText, mustBeStorable, optionalText } from './text.ts';

test('white space at the edges goes, and nothing else is changed', () => {
  expect(checkedText('  Harbour \n', 'the title', 200)).toBe('Harbour');
  expect(optionalText('  Harbour \n', 'the title', 200)).toBe('Harbour');
  expect([null, undefined, '', '  '].map((text) => optionalText(text, 'the title', 200))).toEqual(
    Array(4).fill(null),
  );
});

test('what is empty, too long or cannot be stored is refused', () => {
  const refused = { code: 'INPUT_INVALID' };
  expect(() => checkedText(' ', 'the title', 200)).toThrow(expect.objectContaining(refused));
  for (const text of ['x'.repeat(201), 'a\0b', 'half a pair \ud800']) {
    for (const check of [checkedText, optionalText, mustBeStorable])
      expect(() => check(text, 'the title', 200)).toThrow(expect.objectContaining(refused));
  }
});
