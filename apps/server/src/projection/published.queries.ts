/** What of a tenant's log is not published yet: the versions that its changes below the horizon wrote or ended. */
import type { Transaction } from '../database/database.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { ChangedRow } from './changeEvents.ts';

/** All changes up to `change`, and of the next one the rows up to `row`. */
export interface Published {
  change: number;
  row: string | null;
}

/** Rows and text of one page; a single row may be larger. */
const ROWS_MOST = 1_000;
const CHARS_MOST = 4_000_000;
const CHANGES_MOST = 500;

const FIRST = '00000000-0000-0000-0000-000000000000';

export async function publishedUpTo(tx: Transaction, tenant: string): Promise<Published> {
  const row = await tx.first<Published>(sql`
    select change_id as change, after_row as row from operations.published where tenant_id = ${tenant}`);
  return row ?? { change: 0, row: null };
}

/** Says how far it came; false when somebody else did meanwhile. */
export async function movePublished(
  tx: Transaction,
  tenant: string,
  from: Published,
  to: Published,
): Promise<boolean> {
  await tx.execute(sql`
    insert into operations.published (tenant_id, change_id) values (${tenant}, 0) on conflict (tenant_id) do nothing`);
  const moved = await tx.execute(sql`
    update operations.published set change_id = ${to.change}, after_row = ${to.row}, at = clock_timestamp()
    where tenant_id = ${tenant} and change_id = ${from.change} and after_row is not distinct from ${from.row}::uuid`);
  return moved === 1;
}

export interface Page {
  rows: ChangedRow[];
  to: Published;
}

/** The next rows in the order of their changes; undefined when all below the horizon is published. */
export async function nextPage(tx: Transaction, tenant: string, from: Published): Promise<Page | undefined> {
  const changes = await tx.query<{ id: number; at: Date; rows: number }>(sql`
    select id, at, rows from summit.changes
    where tenant_id = ${tenant} and id > ${from.change} and id < summit.horizon() order by id limit ${CHANGES_MOST}`);
  if (changes.length === 0) return undefined;
  // Changes whose rows fit; the first one always, page by page if it must be.
  let taken = 1;
  for (let rows = changes[0]!.rows; taken < changes.length && from.row === null; taken++) {
    rows += changes[taken]!.rows;
    if (rows > ROWS_MOST) break;
  }
  const window = changes.slice(0, from.row === null ? taken : 1);
  const last = window.at(-1)!.id;
  const found = await rowsOf(tx, { tenant, first: window[0]!.id, last, after: from.row ?? FIRST });
  const at = new Map(window.map((change) => [change.id, change.at]));
  const rows = found.map(({ candidates: _, ...row }) => ({ ...row, at: at.get(row.change)! }));
  if (found.length === 0 || found.length === found[0]!.candidates)
    return { rows, to: { change: last, row: null } };
  const end = rows.at(-1)!;
  const before = window.findLast(({ id }) => id < end.change)?.id ?? from.change;
  return { rows, to: { change: before, row: end.id } };
}

interface Window {
  tenant: string;
  first: number;
  last: number;
  /** Of one change alone: rows with greater ids. */
  after: string;
}

interface Kind {
  kind: ChangedRow['kind'];
  table: string;
  /** Of row `v`, with its dataset `d`. */
  body: string;
  ended: string;
}

const dataset = `coalesce(
  (select key from summit.datasets n where n.tenant_id = v.tenant_id and n.id = v.dataset_id),
  (select key from history.datasets h where h.tenant_id = v.tenant_id and h.id = v.dataset_id order by h.since_change desc limit 1))`;

const kinds: Kind[] = [
  {
    kind: 'record',
    table: 'records',
    body: `'dataset', ${dataset}, 'schema', v.schema, 'caption', v.caption, 'properties', v.props, 'marking', v.marking,
      'validFrom', v.valid_from, 'validTo', v.valid_to, 'revoked', v.revoked`,
    ended: `'dataset', ${dataset}, 'schema', v.schema, 'marking', v.marking`,
  },
  {
    kind: 'relationship',
    table: 'relationships',
    body: `'dataset', ${dataset}, 'type', v.type, 'source', v.source_record, 'target', v.target_record, 'directed', v.directed,
      'reference', v.reference, 'properties', v.props, 'marking', v.marking, 'validFrom', v.valid_from, 'validTo', v.valid_to`,
    ended: `'dataset', ${dataset}, 'type', v.type, 'source', v.source_record, 'target', v.target_record, 'marking', v.marking`,
  },
  {
    kind: 'judgement',
    table: 'judgements',
    body: `'left', v.left_record, 'right', v.right_record, 'verdict', v.verdict, 'score', v.score, 'model', v.model`,
    ended: `'left', v.left_record, 'right', v.right_record`,
  },
  {
    kind: 'dataset',
    table: 'datasets',
    body: `'key', v.key, 'title', v.title, 'kind', v.kind, 'publisher', v.publisher, 'url', v.url, 'licence', v.licence,
      'marking', v.marking, 'reliability', v.reliability`,
    ended: `'key', v.key, 'marking', v.marking`,
  },
];

/**
 * A row that a change made and took away again left nothing and is told nothing of. Of each change a row has one version or one
 * end, so what is read never changes afterwards.
 */
function versionsOf({ kind, table, body, ended }: Kind, { tenant, first, last, after }: Window): Sql {
  const [live, past] = [sql.raw(`summit.${table}`), sql.raw(`history.${table}`)];
  const bounds = (column: string) =>
    sql`v.tenant_id = ${tenant} and v.${sql.raw(column)} between ${first} and ${last} and v.id > ${after}`;
  const written = (from: Sql) => sql`
    select ${kind}::text as kind, v.id, v.since_change as change,
      case when exists (select from ${past} o where o.tenant_id = v.tenant_id and o.id = v.id and o.until_change = v.since_change)
        then 'updated' else 'created' end as op, jsonb_build_object(${sql.raw(body)}) as body
    from ${from} v where ${bounds('since_change')}`;
  return sql`(select * from (${written(live)} union all ${written(past)} union all
    select ${kind}::text, v.id, v.until_change, 'removed', jsonb_build_object(${sql.raw(ended)})
    from ${past} v where ${bounds('until_change')}
      and not exists (select from ${live} n where n.tenant_id = v.tenant_id and n.id = v.id and n.since_change = v.until_change)
      and not exists (select from ${past} n where n.tenant_id = v.tenant_id and n.id = v.id and n.since_change = v.until_change)
    ) each order by change, id limit ${ROWS_MOST + 1})`;
}

type Found = Omit<ChangedRow, 'at'> & { candidates: number };

async function rowsOf(tx: Transaction, window: Window): Promise<Found[]> {
  const [records, relationships, judgements, datasets] = kinds.map((kind) => versionsOf(kind, window));
  return tx.query<Found>(sql`
    select kind, id, change, op, body, candidates from (
      select e.*, count(*) over ()::int as candidates, row_number() over w as place, sum(length(body::text)) over w as chars
      from (${records!} union all ${relationships!} union all ${judgements!} union all ${datasets!}) e
      window w as (order by change, id)
    ) bounded
    where place = 1 or (place <= ${ROWS_MOST} and chars <= ${CHARS_MOST}) order by change, id`);
}
