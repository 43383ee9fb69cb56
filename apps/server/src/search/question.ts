import { SummitError } from '@summit/process/errors';
import { identifierTokens, wordsIn } from './normalise.ts';
import { daysOf } from './terms.ts';

export interface SearchFilter {
  schemas?: readonly string[] | null | undefined;
  /** Keys. */
  datasets?: readonly string[] | null | undefined;
  countries?: readonly string[] | null | undefined;
  /** ISO 8601 dates of any precision. */
  from?: string | null | undefined;
  to?: string | null | undefined;
  includeRevoked?: boolean | null | undefined;
}

/** A query as the index understands it. */
export interface Question {
  words: string[];
  /** The same with syllables in place of whole words, where the script has them; tried when the words find nothing. */
  syllables: string[] | undefined;
  identifiers: string[];
  /** The last word may be the beginning of one. */
  unfinished: boolean;
  /** Words beyond the bound. */
  ignored: number;
}

const WORDS_MOST = 8;
const QUERY_MOST = 1_000;

/** Throws INPUT_INVALID. */
export function questionOf(query: string): Question {
  if (query.length > QUERY_MOST)
    throw new SummitError('INPUT_INVALID', { problem: `a query has at most ${QUERY_MOST} characters` });
  const words = wordsIn(query);
  const whole = [...new Set(words.map(({ tokens }) => tokens[0]!))];
  const syllabic = words.some(({ tokens }) => tokens.length > 1);
  const split = words.flatMap(({ tokens }) => (tokens.length > 1 ? tokens.slice(1) : tokens));
  const parts = query.split(/\s+/).filter((part) => /\d|@/.test(part) && part.length > 3);
  return {
    words: whole.slice(0, WORDS_MOST),
    syllables: syllabic ? [...new Set(split)].slice(0, WORDS_MOST) : undefined,
    identifiers: [...new Set([query, ...parts].flatMap(identifierTokens))],
    unfinished: !/\s$/.test(query),
    ignored: Math.max(0, whole.length - WORDS_MOST),
  };
}

/** The first day of `from` and the last of `to`. Throws INPUT_INVALID. */
export function daysWithin(filter: SearchFilter): { first: string | null; last: string | null } {
  const day = (text: string | null | undefined, which: 0 | 1) => {
    if (!text) return null;
    const days = daysOf(text);
    if (!days)
      throw new SummitError('INPUT_INVALID', {
        problem: `${text.slice(0, 40)} is no date such as 2019-05-03`,
      });
    return days[which];
  };
  return { first: day(filter.from, 0), last: day(filter.to, 1) };
}
