import { expect, test } from 'vitest';
import { kept, passes, readFilters, shownValue, toggled, withFilter, writeFilters } from './filters.ts';

const person = { schema: 'Person', countries: ['no'], datasets: [{ key: 'register' }], disagree: false };

test('filters survive the address, switched off or not; nonsense is left out', () => {
  const written = ['schema:Person|Company', '-dataset:register', 'certainty:one'];
  expect(writeFilters(readFilters(written))).toEqual(written);
  expect(readFilters(['', 'schema', 'schema:', 'colour:red', ':x'])).toEqual([]);
});

test('an entity passes when every filter in force keeps one of its values', () => {
  expect(passes(person, readFilters(['schema:Person|Company', 'country:no']))).toBe(true);
  expect(passes(person, readFilters(['schema:Company']))).toBe(false);
  expect(passes(person, readFilters(['-schema:Company']))).toBe(true);
  expect(passes(person, readFilters(['disagree:yes']))).toBe(false);
  expect(passes(person, readFilters(['schema:Company']), 'schema')).toBe(true);
});

test('setting a field switches it on, without values it goes, and the rest keeps its order', () => {
  const filters = readFilters(['-schema:Person', 'country:no']);
  expect(writeFilters(withFilter(filters, 'schema', ['Company']))).toEqual(['schema:Company', 'country:no']);
  expect(writeFilters(withFilter(filters, 'schema', []))).toEqual(['country:no']);
  expect(kept(filters, 'schema')).toEqual([]);
  expect(kept(toggled(filters, 'schema'), 'schema')).toEqual(['Person']);
});

test('a chip says the one value, or how many of all', () => {
  const [one, two] = readFilters(['dataset:register', 'country:no|se']);
  expect(one && shownValue(one, [{ value: 'register', label: 'Company register' }])).toBe('Company register');
  expect(
    two &&
      shownValue(
        two,
        [1, 2, 3].map((n) => ({ value: `${n}`, label: `${n}` })),
      ),
  ).toBe('2 of 3');
});
