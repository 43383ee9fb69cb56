import { type Reading, visible } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';

/** As seen from the entity; a link without direction is ANY and fits every question. */
export type Direction = 'OUT' | 'IN' | 'ANY';

export interface LinkCount {
  type: string;
  direction: Direction;
  reference: boolean;
  count: number;
}

export interface LinkFilter {
  type?: string | null | undefined;
  direction?: Direction | null | undefined;
  reference?: boolean | null | undefined;
  /** Schemata that a record at the other end has. */
  schemas?: readonly string[] | undefined;
}

/** Where a page of links ends: links going out come first, each side in the order of its index. */
export interface LinkPlace {
  side: 'source' | 'target';
  own: string;
  far: string;
  id: string;
}

export interface LinkRow extends LinkPlace {
  directed: boolean;
}

/**
 * Links between the entity of `records` and others, per type and direction. A link counts when the reader sees the link and
 * a record at its other end; so unresolved and hidden ends do not, nor do links within the entity.
 */
export function countLinks(
  tx: Reading,
  records: readonly string[],
  filter: LinkFilter = {},
): Promise<LinkCount[]> {
  const arm = (side: LinkPlace['side']) => {
    const { own, far } = ends(side);
    return sql`
      select l.type, case when not l.directed then 'ANY' else ${side === 'source' ? 'OUT' : 'IN'} end as direction, l.reference, ${far} as far
      from relationships l
      where ${own} = any(${records}::uuid[]) and ${visible(tx.reader, 'l')} ${which(filter, side)}`;
  };
  return tx.query(sql`
    select l.type, l.direction, l.reference, count(*)::int as count
    from (${arm('source')} union all ${arm('target')}) l
    join records f on f.id = l.far and ${visible(tx.reader, 'f')} ${ofSchemas(filter)}
    where l.far <> all(${records}::uuid[])
    group by 1, 2, 3 order by count desc, 1, 2, 3`);
}

/** A page of the same links after `after`, one more than `first` when there are more. */
export async function listLinks(
  tx: Reading,
  records: readonly string[],
  filter: LinkFilter,
  first: number,
  after: LinkPlace | undefined,
): Promise<LinkRow[]> {
  const found: LinkRow[] = [];
  for (const side of ['source', 'target'] as const) {
    if (after?.side === 'target' && side === 'source') continue;
    const room = first + 1 - found.length;
    if (room <= 0) break;
    const { own, far } = ends(side);
    const beyond =
      after?.side === side
        ? sql`and (${own}, ${far}, l.id) > (${after.own}::uuid, ${after.far}::uuid, ${after.id}::uuid)`
        : sql``;
    const rows = await tx.query<Omit<LinkRow, 'side'>>(sql`
      select ${own} as own, ${far} as far, l.id, l.directed
      from relationships l join records f on f.id = ${far} and ${visible(tx.reader, 'f')} ${ofSchemas(filter)}
      where ${own} = any(${records}::uuid[]) and ${far} <> all(${records}::uuid[]) and ${visible(tx.reader, 'l')}
        ${which(filter, side)} ${beyond}
      order by ${own}, ${far}, l.id limit ${room}`);
    found.push(...rows.map((row) => ({ side, ...row })));
  }
  return found;
}

const ends = (side: LinkPlace['side']): { own: Sql; far: Sql } =>
  side === 'source'
    ? { own: sql.raw('l.source_record'), far: sql.raw('l.target_record') }
    : { own: sql.raw('l.target_record'), far: sql.raw('l.source_record') };

function which({ type, direction, reference }: LinkFilter, side: LinkPlace['side']): Sql {
  const conditions = sql`${type ? sql`and l.type = ${type}` : sql``}
    ${typeof reference === 'boolean' ? sql`and l.reference = ${reference}` : sql``}`;
  const against = side === 'source' ? 'IN' : 'OUT';
  return direction === against ? sql`${conditions} and not l.directed` : conditions;
}

const ofSchemas = ({ schemas }: LinkFilter): Sql =>
  schemas ? sql`and f.schema = any(${schemas}::text[])` : sql``;
