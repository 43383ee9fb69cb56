import { SummitError } from '@summit/process/errors';
import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { clustersOf, entitiesOf } from '../entity/clusters.queries.ts';
import type { Entity } from '../entity/entity.ts';
import { type Neo4jStore, whole } from '../projection/store.neo4j.ts';
import { byId, unique } from './answering.queries.ts';
import { MOST_LINKS } from './cypher.neo4j.ts';
import type { Which } from './graphQueries.ts';

/** What all statements of a question together may take in the store. */
export const QUESTION_MS = 10_000;
/** After so long without an answer the store is asked whether it is there; where it is not, nobody waits on. */
const DOUBT_MS = 1_500;

/** What an answer only counts, nobody sees against Postgres: a copy that lags by more may count what was hidden since. */
const COUNTED_BEHIND_MS = 5_000;

/** Why Postgres answers a question that was asked in Neo4j. */
export type Reason =
  | 'cold' // the store has just come up, and does not know yet how to answer
  | 'empty' // nothing serves: the projection is being filled
  | 'nowhere' // the reader sees none of what was asked about, or it is one entity
  | 'partly' // an entity that was met is seen in part, so that judgements must tell what it is
  | 'behind' // the store does not stand where Postgres stands, in what the answer names
  | 'own' // a change of one's own is not in the store yet
  | 'large'; // more than is looked at there

/** Thrown to let Postgres answer. */
export class Elsewhere extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(`Postgres answers: ${reason}`);
    this.reason = reason;
  }
}

/** Thrown where the store took changes of the tenant while it was walked: what was met is of no one moment. Asked again it may be. */
export class Moved extends Elsewhere {
  constructor() {
    super('behind');
  }
}

export interface GraphStore extends Pick<Neo4jStore, 'ask' | 'ping'> {
  /** It answers, but would take seconds for what it has not planned yet. */
  readonly isCold?: boolean;
}

/** What the store says of an entity: its only record, all its records, or that the reader sees it in part. */
export type Told = string | readonly string[] | false;

/** Throws Elsewhere for one that the reader sees in part. */
export function entityTold(told: Told): Entity {
  if (told === false) throw new Elsewhere('partly');
  return typeof told === 'string' ? { id: told, recordIds: [told] } : { id: told[0]!, recordIds: told };
}

export interface Given {
  generation: number;
  position: number;
  /** Of the log that was projected. */
  epoch: string;
  /** The generation still serves. */
  stands: boolean;
  /** Where the store stood at the end of the statement. */
  later: number;
  given: Told[];
  /** How many links these have, where the statement looks at all of them. */
  links?: number;
}

type Parameters = Record<string, unknown>;

/** The id of no entity. A hidden record's own would name the entity that others of its cluster are for this reader. */
const NOTHING = '';

export const wholes = (values: readonly number[]): unknown[] => values.map(whole);

/** The statements of one question: all of one generation, as one reader. */
export class Walk {
  readonly tx: Reading;
  /** Where the first answer stood: all changes up to it are in what was met. */
  position: number | undefined;
  /** The tenant's change that the answer stands on, once it was confirmed. */
  standing: number | undefined;
  readonly #store: GraphStore;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  #generation: number | undefined;
  #epoch = '';
  /** Where the store stood at last. */
  #later = 0;

  /** `deadline` is as `performance.now()` tells it; `signal` says that nobody waits any more. */
  constructor(
    store: GraphStore,
    tx: Reading,
    { deadline, signal }: { deadline: number; signal?: AbortSignal | undefined },
  ) {
    this.#store = store;
    this.tx = tx;
    this.#deadline = deadline;
    this.#signal = signal;
  }

  /** Goes on from entities that were met: Moved where one of them is gone. Throws as `from` does. */
  async ask<Row>(text: string, parameters: Parameters & { ids: readonly string[] }): Promise<Row & Given> {
    const row = await this.#ask<Row>(text, parameters);
    if (row.given.length < parameters.ids.length) throw new Moved();
    return row;
  }

  async #ask<Row>(text: string, parameters: Parameters & { ids: readonly string[] }): Promise<Row & Given> {
    this.#signal?.throwIfAborted();
    const { tenant, datasets, clearance } = this.tx.reader;
    const timeoutMs = Math.ceil(this.#deadline - performance.now());
    if (timeoutMs <= 0) throw new SummitError('QUERY_TIMEOUT');
    const q = { tenant, datasets, clearance: whole(clearance), ...parameters };
    const asked = this.#store.ask<Row & Given>(text, { q }, { timeoutMs, signal: this.#signal });
    const [row] = await unlessSilent(this.#store, asked).catch((error: unknown) => {
      throw asMet(error);
    });
    // A cursor that no projector wrote is none.
    if (!row || ![row.generation, row.position].every(Number.isSafeInteger)) throw new Elsewhere('empty');
    this.position ??= row.position;
    this.#epoch = row.epoch;
    this.#generation ??= row.generation;
    this.#later = Math.max(this.#later, row.later);
    if (!row.stands || row.generation !== this.#generation) throw new Elsewhere('behind');
    if (row.links !== undefined && row.links > MOST_LINKS) throw new Elsewhere('large');
    return row;
  }

  /**
   * Asks from entities by any ids of theirs. Postgres says what these are; meanwhile the store is asked as if each were an
   * entity's own, which nearly all are. `text` is told how many they are, `parameters` what the entity of a given id is called.
   * Throws Elsewhere where nothing serves, QUERY_TIMEOUT, GRAPH_UNAVAILABLE, GRAPH_BUSY, and the reason of `signal`.
   */
  async from<Row>(
    ids: readonly string[],
    text: string | ((count: number) => string),
    parameters: (idOf: (given: string) => string) => Parameters,
  ): Promise<{ row: Row & Given; given: Entity[]; entities: Map<string, Entity> }> {
    const ask = (named: readonly string[], idOf: (given: string) => string) =>
      this.#ask<Row>(typeof text === 'string' ? text : text(named.length), {
        ...parameters(idOf),
        ids: named,
      });
    const distinct = [...new Set(ids)];
    const [entities, first] = await Promise.all([entitiesOf(this.tx, distinct), ask(distinct, (id) => id)]);
    const given = unique(entities.values()).sort(byId);
    if (given.length === 0) throw new Elsewhere('nowhere');
    // A text for so many is right only where each of them is an entity that the reader sees.
    const fits = typeof text === 'string' || given.length === distinct.length;
    if (fits && areTold(given, first.given)) return { row: first, given, entities };
    const row = await ask(
      given.map(({ id }) => id),
      (id) => entities.get(id)?.id ?? NOTHING,
    );
    if (!areTold(given, row.given)) {
      for (const told of row.given) entityTold(told);
      throw new Elsewhere('behind');
    }
    return { row, given, entities };
  }

  /**
   * An answer as Postgres draws it, which meanwhile says whether it knows the same entities, and where the answer stands. Throws
   * Elsewhere where it does not. `counts`: there are numbers in it of what is not named.
   */
  async confirmed<T>(told: readonly Entity[], drawing: Promise<T>, { counts = false } = {}): Promise<T> {
    const known = clustersOf(
      this.tx,
      told.map(({ id }) => id),
    );
    const [found, clusters] = await Promise.all([drawing, known, this.#stand(counts)]);
    if (told.some(({ id, recordIds }) => !isSame(clusters.get(id), recordIds))) throw new Elsewhere('behind');
    return found;
  }

  /** Throws Elsewhere where the snapshot is older than the store, Moved where the tenant's changes came in between. */
  async #stand(counts: boolean): Promise<void> {
    const { tx, position } = this;
    const later = this.#later;
    const row = await tx.first<{
      horizon: number;
      position: number;
      moved: boolean;
      ours: boolean;
      aged: boolean;
    }>(sql`
      select summit.horizon() as horizon, operations.epoch() = ${this.#epoch} as ours, coalesce((
        select max(c.id) from summit.changes c where c.tenant_id = ${tx.reader.tenant} and c.id <= ${position!}), 0) as position,
        exists (select from summit.changes c
          where c.tenant_id = ${tx.reader.tenant} and c.id > ${position!} and c.id <= ${later}) as moved,
        ${counts} and exists (select from summit.changes c
          where c.tenant_id = ${tx.reader.tenant} and c.id > ${position!}
            and c.at < clock_timestamp() - ${`${COUNTED_BEHIND_MS} milliseconds`}::interval) as aged`);
    // Of a log that was restored or taken over since, the store may hold what was lost.
    if (!row!.ours || row!.aged) throw new Elsewhere('behind');
    // Whose the changes are that came since the snapshot, nobody knows here.
    if (Math.max(position!, later) >= row!.horizon) throw new Elsewhere('behind');
    if (row!.moved) throw new Moved();
    this.standing = row!.position;
  }
}

const isSame = (known: readonly string[] | undefined, told: readonly string[]): boolean =>
  known?.length === told.length && known.every((id, index) => id === told[index]);

function areTold(given: readonly Entity[], told: readonly Told[]): boolean {
  if (given.length !== told.length || told.includes(false)) return false;
  const byName = new Map(told.map((each) => [entityTold(each).id, entityTold(each)]));
  return given.every((entity) => {
    const found = byName.get(entity.id);
    return found !== undefined && isSame(entity.recordIds, found.recordIds);
  });
}

/** A store that went silent holds a connection to Postgres with each question: it is found out soon. Throws GRAPH_UNAVAILABLE. */
async function unlessSilent<T>(store: GraphStore, asked: Promise<T>): Promise<T> {
  let doubt: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, failed) => {
    doubt = setTimeout(() => {
      store.ping().catch((cause: unknown) => {
        failed(new SummitError('GRAPH_UNAVAILABLE', { retryAfter: 1 }, cause));
      });
    }, DOUBT_MS);
  });
  asked.catch(() => {});
  return Promise.race([asked, silent]).finally(() => clearTimeout(doubt));
}

/** What of a question goes into every statement. */
export const kinds = ({ types, references, direction = 'ANY' }: Which): Parameters => ({
  types: types ?? null,
  references: references ?? false,
  onward: direction === 'ANY' ? null : direction === 'OUT',
});

/** The store's own limits of time and memory: it works, and the question is too much for it. */
function asMet(error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code);
  if (/^Neo\.ClientError\.Transaction\.TransactionTimedOut/.test(code))
    return new SummitError('QUERY_TIMEOUT', {}, error);
  return /^Neo\.TransientError\.General\.(MemoryPool|OutOfMemory|TransactionOutOfMemory)/.test(code)
    ? new Elsewhere('large')
    : error;
}
