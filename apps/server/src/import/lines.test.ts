import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, Lines } from './lines.ts';

const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.string({ unit: 'binary' })), {
  maxLength: 12,
});

/** What COPY would read: of each id its last row, at the place of that row. */
function expected(sets: [string, string][]): { text: string; size: number } {
  const last = new Map(sets.map(([id], at) => [id, at]));
  return { text: sets.map(([id, line], at) => (last.get(id) === at ? line : '')).join(''), size: last.size };
}

test('the last row of each id is there, whole and once, also after it was emptied', () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const lines = new Lines();
      for (const sets of [first, second]) {
        for (const [id, line] of sets) lines.set(id, line.toWellFormed());
        const { text, size } = expected(sets.map(([id, line]) => [id, line.toWellFormed()]));
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(joined(lines))).toBe(text);
        expect(lines.size).toBe(size);
        lines.clear();
      }
    }),
  );
});

test('rows of any length fit, and what was handed on is not written over', () => {
  const [one, other] = [new Lines(), new Lines()];
  const long = '€'.repeat(100_000);
  one.set('a', 'x');
  one.set('b', long);
  other.set('c', 'y');
  const bytes = joined(one, other);
  one.clear();
  one.set('a', 'z'.repeat(10));
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe(`x${long}y`);
});
