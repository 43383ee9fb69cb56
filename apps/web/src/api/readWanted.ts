type Page<Node> = {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  bounded: { total: number };
};

export type Wanted<Node> = {
  rows: Node[];
  /** Rows that were read and are not wanted. */
  leftOut: number;
  /** All rows of the list, wanted or not. */
  total: number;
  /** Where to read on; undefined at the end. */
  next: string | undefined;
};

/**
 * Rows of one kind from a list that mixes them: reads on past the others until there are `enough`, or the list ends. What is
 * shown is never emptied by rows that are not.
 */
export async function readWanted<Node>(
  read: (after: string | null) => Promise<Page<Node>>,
  isWanted: (node: Node) => boolean,
  after: string | null,
  enough: number,
): Promise<Wanted<Node>> {
  const rows: Node[] = [];
  let leftOut = 0;
  for (let from = after; ; ) {
    const { edges, pageInfo, bounded } = await read(from);
    const wanted = edges.map(({ node }) => node).filter(isWanted);
    rows.push(...wanted);
    leftOut += edges.length - wanted.length;
    from = pageInfo.endCursor;
    const isEnd = !pageInfo.hasNextPage || from === null;
    if (isEnd || rows.length >= enough)
      return { rows, leftOut, total: bounded.total, next: isEnd ? undefined : (from ?? undefined) };
  }
}

/** Several of these read one after the other, as one. While the list goes on, `most` is at least what there is. */
export function together<Node>(pages: readonly Wanted<Node>[]): {
  rows: Node[];
  most: number;
  isAll: boolean;
} {
  const last = pages.at(-1);
  const leftOut = pages.reduce((sum, page) => sum + page.leftOut, 0);
  return {
    rows: pages.flatMap(({ rows }) => rows),
    most: Math.max(0, (last?.total ?? 0) - leftOut),
    isAll: last !== undefined && last.next === undefined,
  };
}
