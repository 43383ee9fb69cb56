/** Neighbours as one flat list: those of node i stand from start[i] to start[i + 1]. */
export type Adjacency = { start: Uint32Array; neighbours: Uint32Array };

/** `links` holds pairs of node indices; loops are left out, parallel links count twice. */
export function adjacency(count: number, links: Uint32Array): Adjacency {
  const start = new Uint32Array(count + 1);
  for (let i = 0; i < links.length; i += 2) {
    const a = links[i]!;
    const b = links[i + 1]!;
    if (a === b) continue;
    start[a + 1]! += 1;
    start[b + 1]! += 1;
  }
  for (let i = 0; i < count; i += 1) start[i + 1]! += start[i]!;
  const next = start.slice();
  const neighbours = new Uint32Array(start[count]!);
  for (let i = 0; i < links.length; i += 2) {
    const a = links[i]!;
    const b = links[i + 1]!;
    if (a === b) continue;
    neighbours[next[a]!++] = b;
    neighbours[next[b]!++] = a;
  }
  return { start, neighbours };
}

/** The connected parts, largest first; each a list of node indices. */
export function components(count: number, { start, neighbours }: Adjacency): number[][] {
  const seen = new Uint8Array(count);
  const parts: number[][] = [];
  for (let first = 0; first < count; first += 1) {
    if (seen[first]) continue;
    seen[first] = 1;
    const part = [first];
    for (let at = 0; at < part.length; at += 1) {
      const node = part[at]!;
      for (let i = start[node]!; i < start[node + 1]!; i += 1) {
        const other = neighbours[i]!;
        if (seen[other]) continue;
        seen[other] = 1;
        part.push(other);
      }
    }
    parts.push(part);
  }
  return parts.sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}
