/** Rows from one place to another, the last one chosen first: it leads. */
export function extended(rows: readonly { id: string }[], from: number, to: number): string[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  const ids = rows.slice(low, high + 1).map((row) => row.id);
  return to < from ? ids : ids.reverse();
}
