import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { TARGETS_TOLD, type Target } from './command.ts';
import type { Reader, Reading } from './read.ts';

/** One committed change as its reader may see it. */
export interface ChangeNode {
  change: number;
  time: Date;
  actorId: string;
  action: string;
  summary: string;
  reason: string | null;
  investigationId: string | null;
  importId: string | null;
  undoOf: number | null;
  /** The standing undo of it, or of what it brought back. */
  undoneBy: number | null;
  rows: number;
  /** Those that the reader sees, the first hundred. */
  targets: Target[];
}

/** What decides who is told of a change. */
type Told = Pick<ChangeNode, 'action' | 'investigationId' | 'targets'>;

const COLUMNS = sql.raw(`c.id as change, c.at as time, c.actor_id as "actorId", c.action, c.summary, c.reason,
  c.investigation_id as "investigationId", c.import_id as "importId", c.undo_of as "undoOf", c.rows, c.targets,
  summit.undone_by(c.tenant_id, c.id) as "undoneBy"`);

export interface ChangeFilter {
  investigationId?: string | null | undefined;
  /** Rows that it wrote, or that a judgement, refutation, note or item which it wrote is about. */
  rowIds?: readonly string[] | undefined;
  actorId?: string | null | undefined;
  action?: string | null | undefined;
  importId?: string | null | undefined;
  /** Later than this change. */
  since?: number | undefined;
  /** Not later than this change. */
  until?: number | undefined;
  /** Of the batches of an import, and of those of its undo, only the newest. */
  wholeImports?: boolean | undefined;
}

export interface ChangePage {
  rows: ChangeNode[];
  hasMore: boolean;
  total: number;
  /** False when there are more than are counted: the reader sees that many at least. */
  totalIsExact: boolean;
  /** Where the next page begins, when this one broke off among changes that are hidden. */
  next?: number;
}

/** Changes counted one by one, at most: what is hidden counts for nothing. */
const COUNTED_MOST = 2_000;
/** Changes looked at for one page, at most. */
const LOOKED_MOST = 5_000;

/** Changes, newest first, before the change `before`. A change that touched only what the reader does not see is left out. */
export async function listChanges(
  tx: Reading,
  filter: ChangeFilter,
  page: { first: number; before?: number | undefined },
  most = LOOKED_MOST,
): Promise<ChangePage> {
  const which = condition(tx.reader, filter);
  const rows: ChangeNode[] = [];
  let before = page.before ?? Number.MAX_SAFE_INTEGER;
  let hidden = 0;
  let looked = 0;
  let more = true;
  while (more && rows.length <= page.first && looked < most) {
    // Where much is hidden, larger pages: each costs a query.
    const size = hidden > 0 ? 500 : Math.max(page.first + 1, 20);
    const found = await tx.query<ChangeNode>(sql`
      select ${COLUMNS} from summit.changes c where ${which} and c.id < ${before}::bigint order by c.id desc limit ${size}`);
    const shown = await asSeen(tx, found);
    looked += found.length;
    hidden += found.length - shown.length;
    rows.push(...shown);
    more = found.length === size;
    before = found.at(-1)?.change ?? before;
  }
  const brokeOff = more && rows.length <= page.first;
  const hasMore = brokeOff || rows.length > page.first;
  const all = await tx.query<Told>(sql`
    select c.action, c.investigation_id as "investigationId", c.targets from summit.changes c
    where ${which} order by c.id desc limit ${COUNTED_MOST + 1}`);
  const counted = (await seenOf(tx, all.slice(0, COUNTED_MOST))).length;
  return {
    rows: rows.slice(0, page.first),
    hasMore,
    total: Math.max(counted, Math.min(rows.length, page.first)),
    totalIsExact: all.length <= COUNTED_MOST,
    ...(brokeOff && { next: before }),
  };
}

/** Changes by id, as the reader sees them; one of which it sees nothing is missing. */
export async function loadChanges(tx: Reading, ids: readonly number[]): Promise<Map<number, ChangeNode>> {
  if (ids.length === 0) return new Map();
  const found = await tx.query<ChangeNode>(sql`
    select ${COLUMNS} from summit.changes c where c.tenant_id = ${tx.reader.tenant} and c.id = any(${ids}::bigint[])`);
  return new Map((await asSeen(tx, found)).map((each) => [each.change, each]));
}

function condition({ tenant }: Reader, filter: ChangeFilter): Sql {
  const parts = [sql`c.tenant_id = ${tenant}`];
  if (filter.investigationId) parts.push(sql`c.investigation_id = ${filter.investigationId}`);
  if (filter.actorId) parts.push(sql`c.actor_id = ${filter.actorId}`);
  if (filter.action) parts.push(sql`c.action = ${filter.action}`);
  if (filter.importId) parts.push(sql`c.import_id = ${filter.importId}`);
  if (filter.since !== undefined) parts.push(sql`c.id > ${filter.since}`);
  if (filter.until !== undefined) parts.push(sql`c.id <= ${filter.until}`);
  if (filter.wholeImports) {
    parts.push(sql`(c.import_id is null or not exists (
      select from summit.changes later where later.tenant_id = c.tenant_id and later.import_id = c.import_id
        and later.id > c.id and (later.undo_of is null) = (c.undo_of is null)))`);
  }
  if (filter.rowIds) parts.push(sql`c.id in (${writers(tenant, filter.rowIds.filter(isUuid))})`);
  return sql.join(parts, ' and ');
}

/** For every table the columns by which a row is about another one; each is indexed in both schemas. */
const ABOUT: [table: string, columns: string[]][] = [
  ['records', ['id']],
  ['relationships', ['id']],
  ['datasets', ['id']],
  ['investigations', ['id']],
  ['judgements', ['id', 'left_record', 'right_record']],
  ['refutations', ['id', 'record_id']],
  ['notes', ['id', 'target_id']],
  ['investigation_items', ['id', 'record_id']],
];

function writers(tenant: string, ids: readonly string[]): Sql {
  const arms = ABOUT.flatMap(([table, columns]) =>
    columns.flatMap((column) => {
      const which = sql`tenant_id = ${tenant} and ${sql.identifier(column)} = any(${ids}::uuid[])`;
      const history = sql.identifier(`history.${table}`);
      return [
        sql`select since_change as id from ${sql.identifier(`summit.${table}`)} where ${which}`,
        sql`select since_change from ${history} where ${which}`,
        sql`select until_change from ${history} where ${which}`,
      ];
    }),
  );
  return sql.join(arms, ' union all ');
}

/**
 * Leaves out targets that the reader does not see, and changes of which nothing is left. A sentence that may name a hidden
 * thing is withheld with it.
 */
async function asSeen(tx: Reading, changes: readonly ChangeNode[]): Promise<ChangeNode[]> {
  return (await seenOf(tx, changes)).map(({ change, targets }) => {
    const shown = targets.slice(0, TARGETS_TOLD);
    if (targets.length === change.targets.length) return { ...change, targets: shown };
    const named = shown.map(({ caption }) => caption).filter(Boolean);
    // The reason may name what is hidden too.
    return {
      ...change,
      targets: shown,
      summary: named.join(', ') || `Of ${targets.length} more`,
      reason: null,
    };
  });
}

/** The changes of which the reader sees anything, with the targets that it sees. */
export async function seenOf<Change extends Told>(
  tx: Reading,
  changes: readonly Change[],
): Promise<{ change: Change; targets: Target[] }[]> {
  const facts = new Set<string>();
  const investigations = new Set<string>();
  for (const { targets, investigationId } of changes) {
    if (investigationId !== null) investigations.add(investigationId);
    for (const { kind, id } of targets) {
      if (FACTS.has(kind)) facts.add(id);
      if (kind === 'investigation') investigations.add(id);
    }
  }
  const hidden = await hiddenOf(tx, [...facts], [...investigations]);
  return changes.flatMap((change) => {
    if (change.investigationId !== null && hidden.has(change.investigationId)) return [];
    const targets = change.targets.filter(({ kind, id }) => {
      if (FACTS.has(kind) || kind === 'investigation') return !hidden.has(id);
      // Who is in a case is told with the case; accounts, and files of no dataset, are told to whoever keeps them.
      if (kind === 'user' || kind === 'file')
        return tx.reader.accounts === true || change.investigationId !== null;
      return OPEN.has(kind);
    });
    if (targets.length < change.targets.length && (targets.length === 0 || WHOLE.has(change.action)))
      return [];
    return { change, targets };
  });
}

/** Told whole or not at all: a judgement is seen by whoever sees both records, a note with its fact, an undo as the act. */
const WHOLE = new Set(['judgement.recorded', 'note.written', 'note.removed', 'change.undone']);
const FACTS = new Set(['record', 'relationship', 'dataset']);
/** Seen by everybody of the tenant; a note with its case and what it is about, which the change names too. */
const OPEN = new Set(['note', 'schema', 'tenant']);

/** Which of these rows the reader may not see, as they stand or as they last stood. */
async function hiddenOf(
  tx: Reading,
  facts: readonly string[],
  investigations: readonly string[],
): Promise<Set<string>> {
  const { tenant, clearance, datasets } = tx.reader;
  if (facts.length + investigations.length === 0) return new Set();
  const last = (table: string, seen: Sql): Sql => {
    const columns = sql.raw(
      `marking, ${table === 'datasets' ? 'id' : 'dataset_id'} as dataset, since_change`,
    );
    return sql`
      select id.id from unnest(${facts}::uuid[]) id
      cross join lateral (
        select * from (
          select ${columns} from ${sql.identifier(`summit.${table}`)} l where l.tenant_id = ${tenant} and l.id = id.id
          union all
          select ${columns} from ${sql.identifier(`history.${table}`)} h where h.tenant_id = ${tenant} and h.id = id.id
        ) versions order by since_change desc limit 1
      ) r where not (${seen})`;
  };
  // Of a dataset that was removed since, the last marking says who sees what it held.
  const seen = sql`(r.marking <= ${clearance} and (r.dataset = any(${datasets}::uuid[]) or (
    not exists (select from summit.datasets d where d.tenant_id = ${tenant} and d.id = r.dataset)
    and (select h.marking from history.datasets h where h.tenant_id = ${tenant} and h.id = r.dataset
         order by h.since_change desc limit 1) <= ${clearance}))) is true`;
  const rows = await tx.query<{ id: string }>(sql`
    ${last('records', seen)} union all ${last('relationships', seen)} union all ${last('datasets', seen)}
    union all
    select i.id from unnest(${investigations}::uuid[]) i (id)
    cross join lateral (
      select marking from (
        select marking, since_change from summit.investigations l where l.tenant_id = ${tenant} and l.id = i.id
        union all
        select marking, since_change from history.investigations h where h.tenant_id = ${tenant} and h.id = i.id
      ) versions order by since_change desc limit 1
    ) last where last.marking > ${clearance}`);
  return new Set(rows.map(({ id }) => id));
}

/** Names of actors; a change is told with who made it, whatever became of them. */
export async function loadActors(
  tx: Reading,
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string; kind: string }>> {
  const rows = await tx.query<{ id: string; name: string; kind: string }>(sql`
    select id, name, kind from summit.users where tenant_id = ${tx.reader.tenant} and id = any(${ids}::uuid[])
    union all
    select distinct on (id) id, name, kind from history.users h
    where tenant_id = ${tx.reader.tenant} and id = any(${ids}::uuid[])
      and not exists (select from summit.users u where u.tenant_id = h.tenant_id and u.id = h.id)`);
  return new Map(rows.map((row) => [row.id, row]));
}
