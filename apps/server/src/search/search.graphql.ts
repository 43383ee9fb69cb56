import { answered } from '../change/answers.ts';
import { read } from '../change/read.ts';
import { bounded, decodeCursor, encodeCursor, pageSize } from '../graphql/connection.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import type { SearchFilter } from './question.ts';
import { type SearchAnswer, searchEntities } from './search.queries.ts';

/** Hits of an answer that is kept, at most. */
const HITS_KEPT = 1_000;

interface SearchArgs {
  query: string;
  filter?: SearchFilter | null;
  first?: number | null;
  after?: string | null;
}

const reads = {
  async search(parent: unknown, { query, filter, first, after }: SearchArgs, ctx: RequestContext) {
    const size = pageSize(first, 20);
    const skip =
      decodeCursor(after, (place) => {
        if (!Number.isInteger(place) || Number(place) < 0) throw new TypeError('no place among hits');
        return Number(place);
      }) ?? 0;
    const page = { first: size, skip };
    const asking = {
      name: 'search' as const,
      question: [query, filter ?? {}, page],
      fits: ({ hits }: SearchAnswer) => hits.length <= HITS_KEPT,
    };
    const answer = await read(ctx, atOf(parent), (tx) =>
      answered(ctx, tx, asking, () => searchEntities(tx, query, filter ?? {}, page)),
    );
    return {
      ...answer,
      bounded: bounded({ ...answer, nodes: answer.hits }),
      pageInfo: {
        hasNextPage: answer.hasMore,
        hasPreviousPage: skip > 0,
        startCursor: answer.hits.length > 0 ? encodeCursor(skip) : null,
        endCursor: answer.hits.length > 0 ? encodeCursor(skip + answer.hits.length) : null,
      },
    };
  },
};

export const resolvers = { Query: reads, Moment: reads };
