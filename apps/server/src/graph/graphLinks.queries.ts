import { type At, type Reading, visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
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

export interface LinkFacts {
  id: string;
  type: string;
  directed: boolean;
  reference: boolean;
  dataset: string;
  validFrom: string | null;
  validTo: string | null;
}

/** What the links of an answer say, grouped by ends and type, in the order of ends and type. */
export async function describeLinks(tx: Reading, links: readonly GraphLink[]): Promise<GraphLinkNode[]> {
  if (links.length === 0) return [];
  const rows = await tx.query<LinkFacts>(sql`
    select l.id, l.type, l.directed, l.reference, l.dataset_id as dataset, l.valid_from as "validFrom", l.valid_to as "validTo"
    from relationships l where l.id = any(${links.map(({ id }) => id)}::uuid[]) and ${visible(tx.reader, 'l')}`);
  return groupLinks(tx.at, links, new Map(rows.map((row) => [row.id, row])));
}

function groupLinks(
  at: At,
  links: readonly GraphLink[],
  facts: ReadonlyMap<string, LinkFacts>,
): GraphLinkNode[] {
  const groups = new Map<string, { source: string; target: string; said: LinkFacts[] }>();
  for (const link of links) {
    const said = facts.get(link.id);
    if (!said) continue;
    const turned = !said.directed && link.target < link.source;
    const [source, target] = turned ? [link.target, link.source] : [link.source, link.target];
    const key = `${source} ${target} ${said.type} ${said.directed} ${said.reference}`;
    const group = groups.get(key);
    if (group) group.said.push(said);
    else groups.set(key, { source, target, said: [said] });
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
