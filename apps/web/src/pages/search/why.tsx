import type { ReactNode } from 'react';
import { inSentence } from '../../entity/propertyLabels.ts';
import { markedSpans } from '../../panels/highlight.tsx';
import type { SearchHit } from './searchQueries.ts';

const manners: Record<string, string> = {
  exact: 'is',
  prefix: 'starts with this',
  typo: 'almost this',
};

/** Different words, as the search counts them. */
const wordsOf = (query: string): number =>
  new Set(query.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).size;

/** Why a hit matched, in one line: which property, how, and the matching letters marked. */
export function why(hit: SearchHit, query: string): ReactNode {
  const [best] = hit.matches;
  if (!best) return 'matches a word of it';
  const how =
    best.how === 'prefix'
      ? `starts with “${query.trim()}”`
      : best.how === 'typo'
        ? 'a letter or two away'
        : best.how === 'partial'
          ? `${best.spans.length} of ${wordsOf(query)} words`
          : (manners[best.how] ?? best.how);
  const property = inSentence(best.label);
  if (best.value === hit.entity.caption) return `${property}, ${how === 'is' ? 'as written' : how}`;
  return (
    <>
      {property} “{markedSpans(best.value, best.spans)}”{best.how === 'exact' ? '' : `, ${how}`}
    </>
  );
}

/** The caption with the letters marked that matched, when the match is in it. */
export function markedCaption(hit: SearchHit): ReactNode {
  const match = hit.matches.find((one) => one.value === hit.entity.caption);
  return match ? markedSpans(hit.entity.caption, match.spans) : hit.entity.caption;
}
