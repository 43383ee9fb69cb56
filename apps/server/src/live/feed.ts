import { SummitError } from '@summit/process/errors';
import type { Part } from '@summit/process/lifecycle';
import { metrics } from '@summit/process/metrics';
import { LONGEST_CHANGE_MS } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { listen } from '../database/listen.ts';
import { sql } from '../database/sql.ts';
import { type LiveNode, touching } from './touching.queries.ts';

/** Changes waiting for one slow follower; one who falls further behind is cut off, connects again and reads anew. */
const WAITING_MOST = 10_000;
const READY_MS = 5_000;
/** A user who is disabled or loses rights is cut off within this time, whatever the gateway does. */
const RECHECK_MS = 5_000;

/** One LISTEN connection for everyone who follows a case through this process. */
class LiveFeed {
  readonly #db: Database;
  readonly #followers = new Map<string, Set<Follower>>();
  #listening: { stop(): Promise<void> } | undefined;
  #ready = Promise.withResolvers<void>();

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Every change from now on that touches the case, as the context's reader sees it. Ends with `signal`: a stream whose follower
   * hangs up before it is his is never asked to return. Throws NOT_FOUND.
   */
  async follow(
    ctx: Context & { signal?: AbortSignal | undefined },
    investigationId: string,
  ): Promise<Follower> {
    this.#listening ??= listen(this.#db, 'live-feed', {
      heard: (payload) => this.#heard(payload),
      connected: (heardUntil) => this.#connected(heardUntil),
    });
    await this.#listens();

    const { tenant } = ctx.scope;
    const followers = this.#followers.get(tenant) ?? new Set();
    this.#followers.set(tenant, followers);
    const follower: Follower = new Follower(ctx, investigationId, () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(tenant) === followers) this.#followers.delete(tenant);
      metrics.subscriptions.dec();
    });
    followers.add(follower);
    metrics.subscriptions.inc();
    if (ctx.signal?.aborted) follower.end();
    else ctx.signal?.addEventListener('abort', () => follower.end(), { once: true });
    // It hears already: what this read does not see yet will be told, what it sees will not.
    try {
      const begun = await begin(ctx, investigationId);
      if (!begun) throw new SummitError('NOT_FOUND', { what: 'investigation' });
      follower.knows(begun);
      return follower;
    } catch (error) {
      follower.end();
      throw error;
    }
  }

  /** Throws DATABASE_UNAVAILABLE when it takes long; the next who asks waits anew. */
  async #listens(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new SummitError('DATABASE_UNAVAILABLE', { retryAfter: 1 })),
      READY_MS,
    );
    await Promise.race([this.#ready.promise, late.promise]).finally(() => clearTimeout(timer));
  }

  async stop(): Promise<void> {
    for (const followers of this.#followers.values()) for (const each of [...followers]) each.end();
    await this.#listening?.stop();
    this.#listening = undefined;
    this.#ready = Promise.withResolvers();
  }

  #heard(payload: string): void {
    const [tenant, change] = payload.split(':');
    const followers = tenant && this.#followers.get(tenant);
    if (followers) for (const follower of followers) follower.hears([Number(change)]);
  }

  #connected(heardUntil: Date | undefined): void {
    this.#ready.resolve();
    if (heardUntil)
      for (const [tenant, followers] of this.#followers) void this.#catchUp(tenant, followers, heardUntil);
  }

  /** Changes that were committed while nobody listened; who cannot be told them is cut off and reads anew. */
  async #catchUp(tenant: string, followers: Set<Follower>, heardUntil: Date): Promise<void> {
    // A change bears the time at which it began, and is told when it is committed.
    const since = new Date(heardUntil.getTime() - LONGEST_CHANGE_MS);
    try {
      const missed = await inTransaction(this.#db, { tenant, readOnly: true }, (tx) =>
        tx.query<{ id: number }>(sql`
          select id from changes where tenant_id = ${tenant} and at > ${since} order by id limit ${WAITING_MOST + 1}`),
      );
      for (const follower of followers) follower.hears(missed.map(({ id }) => id));
    } catch {
      for (const follower of [...followers]) follower.end();
    }
  }
}

/** The latest changes as one snapshot sees them; undefined when the reader does not see the case. */
async function begin(ctx: Context, investigationId: string): Promise<number[] | undefined> {
  return read(ctx, undefined, async (tx) => {
    if (!(await touching(tx, investigationId, []))) return undefined;
    const recent = await tx.query<{ id: number }>(sql`
      select id from changes
      where tenant_id = ${tx.reader.tenant} and at > clock_timestamp() - ${`${LONGEST_CHANGE_MS} ms`}::interval
      order by id desc limit ${WAITING_MOST}`);
    return recent.map(({ id }) => id);
  });
}

/** What one person sees of one case, change by change. Ends when that person may not see it any more. */
class Follower implements AsyncIterableIterator<LiveNode> {
  readonly #ctx: Context;
  readonly #investigationId: string;
  readonly #ended: () => void;
  readonly #waiting = new Set<number>();
  readonly #told = new Set<number>();
  readonly #recheck: NodeJS.Timeout;
  #ready: LiveNode[] = [];
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(ctx: Context, investigationId: string, ended: () => void) {
    this.#ctx = ctx;
    this.#investigationId = investigationId;
    this.#ended = ended;
    this.#recheck = setInterval(() => void this.#stillTheSame(), RECHECK_MS).unref();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  knows(changes: readonly number[]): void {
    for (const change of changes) {
      this.#told.add(change);
      this.#waiting.delete(change);
    }
  }

  hears(changes: readonly number[]): void {
    for (const change of changes) if (!this.#told.has(change)) this.#waiting.add(change);
    if (this.#waiting.size > WAITING_MOST) this.end();
    this.#wake.resolve();
  }

  async next(): Promise<IteratorResult<LiveNode, undefined>> {
    for (;;) {
      const node = this.#ready.shift();
      if (node) return { value: node, done: false };
      if (this.#over) return { value: undefined, done: true };
      if (this.#waiting.size === 0) {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
        continue;
      }
      await this.#load();
    }
  }

  async return(): Promise<IteratorResult<LiveNode, undefined>> {
    this.end();
    return { value: undefined, done: true };
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#recheck);
    this.#ready = [];
    this.#wake.resolve();
    this.#ended();
  }

  /** All that waits in one read: an import's many batches cost a follower no more than it can take. */
  async #load(): Promise<void> {
    const changes = [...this.#waiting].slice(0, 500);
    this.knows(changes);
    for (const old of this.#told) {
      if (this.#told.size <= WAITING_MOST) break;
      this.#told.delete(old);
    }
    try {
      const found = await read(this.#ctx, undefined, (tx) => touching(tx, this.#investigationId, changes));
      if (!found) return this.end();
      if (!this.#over) this.#ready.push(...found);
    } catch {
      // A change that cannot be told must not be missed silently: the client connects again and reads anew.
      this.end();
    }
  }

  async #stillTheSame(): Promise<void> {
    const { actor, scope, db } = this.#ctx;
    try {
      const same = await inTransaction(db, { tenant: scope.tenant, readOnly: true }, (tx) =>
        tx.first(sql`
          select from users where tenant_id = ${scope.tenant} and id = ${actor.id} and disabled_at is null
            and clearance >= ${scope.clearance} and roles @> ${actor.roles}`),
      );
      if (!same) this.end();
    } catch {
      // The database is away: nothing is told meanwhile, and the next check decides.
    }
  }
}

const feeds = new WeakMap<Database, LiveFeed>();

export function liveFeed(db: Database): LiveFeed {
  let feed = feeds.get(db);
  if (!feed) {
    feed = new LiveFeed(db);
    feeds.set(db, feed);
  }
  return feed;
}

/** Ends every stream first when the process stops, so that nothing keeps its connections open. */
export const livePart = (db: Database): Part => ({
  run: async () => {},
  stop: () => liveFeed(db).stop(),
});
