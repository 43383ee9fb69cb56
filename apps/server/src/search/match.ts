import type { Ontology } from '../ontology/ontology.ts';
import type { Props } from '../record/record.ts';
import { identifierTokens, wordsIn } from './normalise.ts';
import type { Question } from './question.ts';
import { searchKind } from './terms.ts';

/** `partial`: not every word of the query is in the value. */
export type How = 'exact' | 'prefix' | 'typo' | 'partial';

/** How one word finds another. */
type WordHow = Exclude<How, 'partial'>;

/** One value that answers the query, and where. */
export interface Match {
  property: string;
  /** What people call it. */
  label: string;
  value: string;
  how: How;
  /** UTF-16 offsets of `value`. */
  spans: [number, number][];
}

export interface Matching {
  /** 0 to 2: an identifier counts more than any name; a name by how much of the query and of itself is covered. */
  score: number;
  /** Best first, at most five. */
  matches: Match[];
}

const MATCHES_MOST = 5;

/** How well what one record says answers the query. Looks at its values alone, so it tells nothing about others. */
export function matching(
  ontology: Ontology,
  record: { schema: string; caption: string; props: Props },
  question: Question,
): Matching {
  const found: (Match & { score: number })[] = [];
  const seen = new Set<string>();
  const words = question.words;
  const consider = (property: string, value: string, kind: 'name' | 'identifier') => {
    if (seen.has(`${kind} ${value}`)) return;
    seen.add(`${kind} ${value}`);
    const match = kind === 'name' ? nameMatch(value, words, question) : identifierMatch(value, question);
    const label = ontology.propertyLabel(record.schema, property);
    if (match) found.push({ property, label, value, ...match });
  };
  for (const [property, values] of Object.entries(record.props)) {
    const kind = searchKind(ontology.propertyType(record.schema, property));
    if (kind === 'name' || kind === 'identifier') for (const value of values) consider(property, value, kind);
  }
  consider('caption', record.caption, 'name');
  found.sort((a, b) => b.score - a.score);
  return {
    score: found[0]?.score ?? 0,
    matches: found.slice(0, MATCHES_MOST).map(({ score: _, ...match }) => match),
  };
}

function identifierMatch(value: string, question: Question) {
  if (!identifierTokens(value).some((token) => question.identifiers.includes(token))) return undefined;
  return { score: 2, how: 'exact' as const, spans: [[0, value.length]] as [number, number][] };
}

const WORTH = { exact: 1, prefix: 0.8, typo: 0.6 };

/** What the same words in another order count for: less than in theirs, more than with a typing error. */
const DISORDER = 0.98;

function nameMatch(value: string, words: readonly string[], question: Question) {
  const parts = wordsIn(value);
  const spans: [number, number][] = [];
  const covered = new Set<number>();
  let worth = 0;
  let how: WordHow = 'exact';
  let last = -1;
  let inOrder = true;
  words.forEach((word, place) => {
    let best: { at: number; how: WordHow; worth: number } | undefined;
    parts.forEach(({ tokens }, at) => {
      for (const token of tokens) {
        const each = wordMatch(word, token, question.unfinished && place === words.length - 1);
        if (!each) continue;
        // Of equal words one that no other word took: Ali Ali covers both.
        const value = WORTH[each.how] * each.share + (covered.has(at) ? 0 : 0.01);
        if (!best || value > best.worth) best = { at, how: each.how, worth: value };
      }
    });
    if (!best) return;
    worth += WORTH[best.how] + best.worth / 1_000;
    if (best.how === 'typo' || (best.how === 'prefix' && how === 'exact')) how = best.how;
    covered.add(best.at);
    if (best.at < last) inOrder = false;
    last = best.at;
    spans.push([parts[best.at]!.start, parts[best.at]!.end]);
  });
  if (spans.length === 0) return undefined;
  const share = 0.85 + (0.15 * covered.size) / parts.length;
  const score = (worth / words.length) * share * (inOrder ? 1 : DISORDER);
  const isWhole = spans.length === words.length;
  spans.sort((a, b) => a[0] - b[0]);
  return { score, how: isWhole ? how : ('partial' as const), spans };
}

/** How `word` of the query finds `token`; `share` says how much of the token it is. */
export function wordMatch(
  word: string,
  token: string,
  unfinished: boolean,
): { how: WordHow; share: number } | undefined {
  if (word === token) return { how: 'exact', share: 1 };
  if (unfinished && token.startsWith(word)) return { how: 'prefix', share: word.length / token.length };
  return isTypo(word, token) ? { how: 'typo', share: 1 } : undefined;
}

/** Whether the index finds `token` for the mistyped `word`: they are equal once each may lack one letter. */
export function isTypo(word: string, token: string): boolean {
  if (word.length < 3 || /^\d+$/.test(word)) return false;
  const mayLose = (text: string) => text.length >= 4 && text.length <= 32;
  if (Math.abs(word.length - token.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === token[start]) start++;
  let [a, b] = [word.length, token.length];
  while (a > start && b > start && word[a - 1] === token[b - 1]) {
    a--;
    b--;
  }
  const [left, right] = [word.slice(start, a), token.slice(start, b)];
  if (left.length === 0) return mayLose(token);
  if (right.length === 0) return mayLose(word);
  if (!mayLose(word) || !mayLose(token)) return false;
  if (left.length === 1 && right.length === 1) return true;
  return left.slice(1) === right.slice(0, -1) || left.slice(0, -1) === right.slice(1);
}
