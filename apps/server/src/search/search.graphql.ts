import { read } from '../change/read.ts';
import { bounded, decodeCursor, encodeCursor, pageSize } from '../graphql/connection.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import type { SearchFilter } from './question.ts';
import { searchEntities } from './search.queries.ts';

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
    const answer = await read(ctx, atOf(parent), (tx) =>
      searchEntities(tx, query, filter ?? {}, { first: size, skip }),
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
