import type { At } from '../change/read.ts';
import type { GraphLink } from './graphQueries.ts';

/** All relationships of one type between two entities, in one direction: one line on a chart. */
export interface GraphLinkNode {
  at: At;
  relationshipIds: string[];
  type: string;
  source: string;
  target: string;
  directed: boolean;
  reference: boolean;
  /** How many datasets say it. */
  datasets: number;
  /** The earliest start that anyone gives; the latest end, unless one is still open. */
  validFrom: string | null;
  validTo: string | null;
}

/** The links of an answer, grouped by ends and type, in the order of ends and type. */
export function groupLinks(at: At, links: readonly GraphLink[]): GraphLinkNode[] {
  const groups = new Map<string, { source: string; target: string; said: GraphLink[] }>();
  for (const link of links) {
    const turned = !link.directed && link.target < link.source;
    const [source, target] = turned ? [link.target, link.source] : [link.source, link.target];
    const key = `${source} ${target} ${link.type} ${link.directed} ${link.reference}`;
    const group = groups.get(key);
    if (group) group.said.push(link);
    else groups.set(key, { source, target, said: [link] });
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { source, target, said }]) => {
      const { type, directed, reference } = said[0]!;
      const starts = said.flatMap(({ validFrom }) => validFrom ?? []).sort();
      const ends = said.flatMap(({ validTo }) => validTo ?? []).sort();
      return {
        at,
        relationshipIds: said.map(({ id }) => id).sort(),
        type,
        source,
        target,
        directed,
        reference,
        datasets: new Set(said.map(({ dataset }) => dataset)).size,
        validFrom: starts[0] ?? null,
        validTo: ends.length === said.length ? ends.at(-1)! : null,
      };
    });
}
