import { SummitError } from '@summit/process/errors';

const PAGE_MOST = 1_000;

export interface BoundedNode {
  complete: boolean;
  reason: string | null;
  shown: number;
  total: number;
  totalIsExact: boolean;
}

export interface Page<Node> {
  nodes: Node[];
  hasMore: boolean;
  /** The place after which the next page starts, as the query understands it. */
  cursorOf(node: Node, index: number): unknown;
  total: number;
  totalIsExact?: boolean;
  /** Why nodes are missing although there is no next page. */
  reason?: string;
}

/** A Relay connection; its `bounded` says "N of M" and why. */
export function connection<Node>(page: Page<Node>, hasPreviousPage = false) {
  const edges = page.nodes.map((node, index) => ({ node, cursor: encodeCursor(page.cursorOf(node, index)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasMore,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    bounded: bounded(page),
  };
}

export function bounded(
  page: Pick<Page<unknown>, 'nodes' | 'hasMore' | 'total' | 'totalIsExact' | 'reason'>,
): BoundedNode {
  return {
    complete: !page.hasMore && page.reason === undefined,
    reason: page.reason ?? (page.hasMore ? 'page' : null),
    shown: page.nodes.length,
    total: page.total,
    totalIsExact: page.totalIsExact ?? true,
  };
}

/** Rows asked for, 1 to 1,000. Throws INPUT_INVALID. */
export function pageSize(first: number | null | undefined, usual: number): number {
  const size = first ?? usual;
  if (size < 0 || size > PAGE_MOST)
    throw new SummitError('INPUT_INVALID', { problem: `first lies between 0 and ${PAGE_MOST}` });
  return size;
}

export const encodeCursor = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** What a cursor of ours holds, checked by `parse`. Throws CURSOR_INVALID for anything else. */
export function decodeCursor<Place>(
  cursor: string | null | undefined,
  parse: (place: unknown) => Place,
): Place | undefined {
  if (cursor === null || cursor === undefined || cursor === '') return undefined;
  try {
    return parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new SummitError('CURSOR_INVALID', {}, cause);
  }
}
