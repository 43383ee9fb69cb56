import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ontology } from '../ontology/ontology.ts';
import { isTypo, matching, wordMatch } from './match.ts';
import { questionOf } from './question.ts';

/** The keys with which search.deletion_keys stores a word, written as it is in SQL. */
const deletionKeys = (word: string): string[] => [
  word,
  ...(word.length >= 4 && word.length <= 32
    ? Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1))
    : []),
];

describe('a typing error', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1'), minLength: 1, maxLength: 9 });

  test('is what the index finds, no more and no less', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        fc.pre(left !== right);
        const shared = deletionKeys(left).some((key) => deletionKeys(right).includes(key));
        const forgiven = left.length >= 3 && !/^\d+$/.test(left);
        expect(isTypo(left, right)).toBe(forgiven && shared);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is one letter too many, too few, wrong or swapped', () => {
    for (const typed of ['kaderailoo', 'kadrailo', 'kaderiilo', 'kaderaiol'])
      expect(wordMatch(typed, 'kaderailo', false)?.how).toBe('typo');
    expect(wordMatch('kader', 'kaderailo', false)).toBeUndefined();
    expect(wordMatch('kader', 'kaderailo', true)?.how).toBe('prefix');
    expect(wordMatch('123', '1234', false)).toBeUndefined();
  });
});

test('a match names property and value, best first, with the spans of its words', () => {
  const record = {
    schema: 'Person',
    caption: 'Avery Patel',
    props: { name: ['Avery Patel'], alias: ['A. B. Patel', 'Ávery  Patell'], idNumber: ['X 99'] },
  };
  expect(matching(ontology, record, questionOf('avery patel')).matches).toEqual([
    {
      property: 'name',
      label: 'Name',
      value: 'Avery Patel',
      how: 'exact',
      spans: [
        [0, 5],
        [6, 11],
      ],
    },
    {
      property: 'alias',
      label: 'Alias',
      value: 'Ávery  Patell',
      how: 'prefix',
      spans: [
        [0, 5],
        [7, 13],
      ],
    },
    { property: 'alias', label: 'Alias', value: 'A. B. Patel', how: 'partial', spans: [[6, 11]] },
  ]);
  expect(matching(ontology, record, questionOf('x99')).matches[0]).toEqual({
    property: 'idNumber',
    label: 'ID Number',
    value: 'X 99',
    how: 'exact',
    spans: [[0, 4]],
  });
});

test('a value that has only some of the words says so, and words in their order count more than reversed', () => {
  const one = (caption: string, query: string) =>
    matching(ontology, { schema: 'Company', caption, props: {} }, questionOf(query));
  expect(one('Nordwacht Holding', 'nordwacht bank ag').matches).toMatchObject([
    { how: 'partial', spans: [[0, 9]] },
  ]);
  expect(one('Nordwacht Bank AG', 'nordwacht bank ag').matches).toMatchObject([{ how: 'exact' }]);
  const [there, reversed] = [one('Avery Patel', 'avery patel'), one('Patel Avery', 'avery patel')];
  expect(there.score).toBeGreaterThan(reversed.score);
  expect(reversed.score).toBeGreaterThan(one('Avery Patell', 'avery patel').score);
});
