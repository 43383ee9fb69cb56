import { SummitError } from '@summit/process/errors';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { Fenced, holdCursor, moveCursor, readCursor, serveNext, stopServing } from './cursor.neo4j.ts';
import { type Following, followOnce, OtherHistory } from './follow.neo4j.ts';
import { dropGeneration } from './generations.neo4j.ts';
import { askRebuild, beginRebuild, LeaseLost, outrank, type Standing } from './lease.ts';
import { migrateStore } from './migrations.neo4j.ts';
import { Patrol } from './patrol.neo4j.ts';
import type { Cursor } from './projection.ts';
import { beginGeneration, Rebuild } from './rebuild.neo4j.ts';
import type { Projecting, State } from './runner.ts';
import { inSnapshot, logState } from './source.ts';
import type { Neo4jStore } from './store.neo4j.ts';

const NAME = 'neo4j';
const PATROL_MS = 60_000;
const DROPPED_LATER = 'an old generation is dropped with the next rebuild';

export interface ProjectingParts {
  db: Database;
  store: Neo4jStore;
  log: Logger;
  /** How often the store is looked at for what was lost. */
  patrolMs?: number;
}

/** What would keep a rebuild from going on too: the store or the database is lost, the lease, or the history. */
const isOfAll = (error: unknown): boolean =>
  [SummitError, Fenced, LeaseLost, OtherHistory].some((kind) => error instanceof kind);

/** What a step writes under, and how it learns whether it still may. */
type Turn = Required<Pick<Following, 'fence' | 'mayGoOn'>>;

/** Keeps Neo4j as the log says: SPEC.md. */
export function neo4jProjecting({ db, store, log, patrolMs = PATROL_MS }: ProjectingParts): Projecting {
  /** Constraints were looked at since the store last failed. */
  let prepared = false;
  /** It was said by the store since this process began what serves there. */
  let met = false;
  let serving: Cursor | undefined;
  let rebuild: Rebuild | undefined;
  /** A rebuild was given up: another one is owed. */
  let owed = false;
  /** The generation that served before. */
  let dropping: Promise<void> | undefined;
  let paused = false;
  const patrol = new Patrol({ db, store, log });
  let patrolling: Promise<void> | undefined;
  let patrolledAt = performance.now();
  const stopping = new AbortController();

  async function prepare(): Promise<void> {
    const { applied, refused } = await migrateStore(store);
    if (applied.length > 0) log.info({ projection: NAME, applied }, 'the schema of the store is up to date');
    for (const error of refused)
      log.warn(
        { error, projection: NAME },
        'what was dropped of the schema of the store cannot be made again',
      );
    prepared = true;
  }

  async function followed(
    name: 'summit' | 'summit.next',
    cursor: Cursor,
    { fence, mayGoOn }: Turn,
  ): Promise<Cursor | undefined> {
    const started = performance.now();
    const found = await followOnce({ db, store, name, fence, mayGoOn }, cursor);
    if (!found) return undefined;
    const seconds = (performance.now() - started) / 1000;
    metrics.projectionBatchSeconds.observe({ projection: NAME }, seconds);
    if (name === 'summit')
      metrics.projectionDelaySeconds.observe({ projection: NAME }, found.waited + seconds);
    return found.cursor;
  }

  /** What stands in the store is of a history that is no longer the log's. */
  async function meetOtherHistory(error: OtherHistory, { fence }: Standing): Promise<void> {
    if (error.reason === 'epoch') {
      // The change at the cursor is the same: all below it is too. Made anew all the same, beside what serves.
      log.warn({ projection: NAME }, 'the log began a new epoch; the projection is made anew');
      const { epoch } = await inSnapshot(db, (tx) => logState(tx));
      // First, or a worker that is killed between the two leaves nobody who asks for it.
      await askRebuild(db, NAME);
      await store.write(async (tx) =>
        moveCursor(tx, 'summit', { ...(await holdCursor(tx, 'summit', fence)), epoch }),
      );
      return;
    }
    log.error(
      { projection: NAME, position: serving?.position },
      'the log does not hold what was projected: Postgres was restored to an earlier moment; nothing is served until the projection is made anew',
    );
    await stopServing(store, fence);
    serving = undefined;
  }

  /** A paused copy ages; one of another history is not served for all that. */
  async function checkHistory(standing: Standing): Promise<void> {
    if (!serving) return;
    const { position, anchor } = serving;
    const { stands } = await inSnapshot(db, (tx) => logState(tx, position, anchor));
    if (!stands) await meetOtherHistory(new OtherHistory('position'), standing);
  }

  /** A filled generation follows the log to its end and takes the place of the one that serves. */
  async function advance(built: Rebuild, turn: Turn): Promise<boolean> {
    if (built.error !== undefined) throw built.error;
    if (!built.cursor) return false;
    const next = await followed('summit.next', built.cursor, turn);
    if (next) {
      built.cursor = next;
      return true;
    }
    const old = serving?.generation;
    serving = await serveNext(store, turn.fence);
    rebuild = undefined;
    owed = false;
    metrics.projectionRebuilds.inc({ projection: NAME });
    log.info({ projection: NAME, generation: serving.generation }, 'the new generation serves');
    if (old !== undefined)
      dropping = dropGeneration(store, old, stopping.signal)
        .catch((error: unknown) => {
          const about = { projection: NAME, generation: old };
          // That the worker is told to stop is no trouble.
          if (error === stopping.signal.reason) log.info(about, DROPPED_LATER);
          else log.warn({ error, ...about }, DROPPED_LATER);
        })
        .finally(() => {
          dropping = undefined;
        });
    return true;
  }

  /** What a rebuild fails with is met by another one. */
  async function advancing(built: Rebuild, turn: Turn): Promise<boolean> {
    try {
      return await advance(built, turn);
    } catch (error) {
      await built.stop();
      rebuild = undefined;
      owed = true;
      throw error;
    }
  }

  async function step(standing: Standing, owner: string, mayGoOn: () => Promise<void>): Promise<boolean> {
    try {
      return await stepUnder(standing, owner, mayGoOn);
    } catch (error) {
      if (!(error instanceof Fenced) || !error.later || !(await outrank(db, NAME, owner, error.later)))
        throw error;
      standing.fence = error.later.fence + 1;
      log.warn(
        { projection: NAME, fence: standing.fence },
        'the store knows a later right to write than the database, which was restored; it is taken anew',
      );
      return true;
    }
  }

  async function stepUnder(
    standing: Standing,
    owner: string,
    mayGoOn: () => Promise<void>,
  ): Promise<boolean> {
    const { fence } = standing;
    const turn = { fence, mayGoOn };
    paused = standing.paused;
    const [stands, abandoned] = await store.read(async (tx) => [
      await readCursor(tx),
      await readCursor(tx, 'summit.next'),
    ]);
    serving = stands;
    met = true;
    if (!prepared) await prepare();
    if (paused) {
      await checkHistory(standing);
      return false;
    }
    const asked = standing.rebuildsAsked > standing.rebuildsBegun;
    // Where `summit.next` stands without a rebuild of ours, a worker was killed in one.
    if (!rebuild && !dropping && (!serving || asked || abandoned || owed)) {
      if (!serving) log.warn({ projection: NAME }, 'nothing can be served from the store; it is filled');
      // An emptied store has lost its schema too, and of one that is made anew somebody may have dropped a part.
      await prepare();
      const { epoch } = await inSnapshot(db, (tx) => logState(tx));
      const generation = await beginGeneration(store, { fence, epoch });
      if (asked) await beginRebuild(db, NAME, owner, standing.rebuildsAsked);
      standing.rebuildsBegun = standing.rebuildsAsked;
      rebuild = new Rebuild({ db, store, fence, log }, generation);
    }
    let more = false;
    try {
      let failure: unknown;
      if (serving) {
        const next = await followed('summit', serving, turn).catch((error: unknown) => {
          // A change that does not go in, being too large for its memory: a new generation may hold it already.
          if (!rebuild || isOfAll(error)) throw error;
          failure = error;
          return undefined;
        });
        if (next) {
          serving = next;
          more = true;
        }
      }
      if (rebuild) more = (await advancing(rebuild, turn)) || more;
      if (failure !== undefined) throw failure;
    } catch (error) {
      if (!(error instanceof OtherHistory)) throw error;
      await rebuild?.stop();
      rebuild = undefined;
      await meetOtherHistory(error, standing);
      return true;
    }
    // Not only when there is nothing to follow: where changes keep coming there always is.
    if (!rebuild && serving) lookAround({ ...serving, fence });
    return more;
  }

  /** Beside the following, never two at once. */
  function lookAround(cursor: Cursor): void {
    if (patrolling || performance.now() - patrolledAt < patrolMs) return;
    patrolling = patrol
      .round(cursor)
      .then(() => {})
      .catch((error: unknown) => log.warn({ error, projection: NAME }, 'the store could not be looked at'))
      .finally(() => {
        patrolling = undefined;
        patrolledAt = performance.now();
      });
  }

  return {
    step,
    state() {
      const state: State = paused ? 'paused' : !serving ? 'filling' : rebuild ? 'rebuilding' : 'following';
      return {
        state,
        ...(met && { generation: serving?.generation ?? null, position: serving?.position ?? null }),
        progress: rebuild?.progress ?? null,
      };
    },
    failed(error) {
      const isFenced = error instanceof Fenced || error instanceof LeaseLost;
      const code = error instanceof SummitError ? error.code : isFenced ? 'FENCED' : 'FAILED';
      if (code === 'GRAPH_UNAVAILABLE') prepared = false;
      return {
        state: code === 'GRAPH_UNAVAILABLE' ? 'down' : 'failing',
        problem: code === 'FAILED' ? String((error as { code?: unknown }).code ?? code) : code,
      };
    },
    async stop() {
      stopping.abort(new Error('stopping'));
      await rebuild?.stop();
      await Promise.all([dropping, patrolling]);
    },
  };
}
