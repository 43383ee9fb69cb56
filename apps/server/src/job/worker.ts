import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { listen } from '../database/listen.ts';
import { sql } from '../database/sql.ts';
import { HandedBack, isPassing, type JobRun } from './job.ts';
import { beat, type Claimed, claimJob, handBack, leaseOwners } from './leases.ts';

export interface JobsOptions {
  db: Database;
  log: Logger;
  /** What does each kind; `payload` is what queueJob was given. */
  handlers: Record<string, (run: JobRun, payload: Record<string, unknown>) => Promise<void>>;
  /** Jobs at once. */
  concurrency?: number;
  /** How long a lease lasts without a heartbeat. */
  leaseMs?: number;
}

const POLL_MS = 2_000;
/** A failure that passes by itself is waited for this long. */
const RETRY_MS = 2_000;

interface Active {
  claimed: Claimed;
  /** When the lease was given or prolonged last, by our clock, which began to count before the database's. */
  leasedAt: number;
  /** The work is over, and with it the lease. */
  isOver: boolean;
  abort: AbortController;
  cancel: boolean;
  progressed: boolean;
  done: Promise<void>;
}

/** Runs durable jobs of every tenant until it is stopped; then hands back what it holds, for another worker to go on. */
export class Jobs implements Part {
  readonly #options: Required<Omit<JobsOptions, 'handlers'>> & Pick<JobsOptions, 'handlers'>;
  /** The nonce tells this process from an earlier one with the same number. */
  readonly #owner = `${hostname()}:${process.pid}:${Math.random().toString(36).slice(2)}`;
  readonly #active = new Set<Active>();
  #stopping = false;
  #wake = () => {};
  #listening: { stop(): Promise<void> } | undefined;
  #loops: Promise<void>[] = [];

  constructor(options: JobsOptions) {
    this.#options = { concurrency: 2, leaseMs: 15_000, ...options };
  }

  async run(): Promise<void> {
    const { db } = this.#options;
    await this.#freeOrphans();
    this.#listening = listen(db, 'jobs', {
      heard: (payload) => {
        if (payload === 'cancel') void this.#beat();
        this.#wake();
      },
      connected: () => this.#wake(),
    });
    this.#loops = [this.#claiming(), this.#beating()];
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { abort } of this.#active) abort.abort(new HandedBack());
    this.#wake();
    // First the loops: a claim that was under way still starts its job, aborted from the beginning.
    await Promise.all(this.#loops);
    await Promise.all([...this.#active].map(({ done }) => done));
    await this.#listening?.stop();
    await handBack(this.#options.db, this.#owner, true).catch(() => {});
  }

  /** A worker of this machine that was killed cannot come back for its leases: its jobs go on at once. */
  async #freeOrphans(): Promise<void> {
    for (const owner of await leaseOwners(this.#options.db)) {
      const [host, pid] = owner.split(':');
      if (host !== hostname() || owner === this.#owner) continue;
      if (Number(pid) === process.pid || !isAlive(Number(pid)))
        await handBack(this.#options.db, owner, false);
    }
  }

  async #claiming(): Promise<void> {
    const { db, handlers, concurrency, leaseMs, log } = this.#options;
    let told = false;
    while (!this.#stopping) {
      const woken = new Promise<void>((done) => {
        this.#wake = done;
      });
      try {
        while (!this.#stopping && this.#active.size < concurrency) {
          const asked = performance.now();
          const claimed = await claimJob(db, this.#owner, Object.keys(handlers), leaseMs);
          if (!claimed) break;
          this.#start(claimed, asked);
        }
        told = false;
      } catch (error) {
        if (!told) log.warn({ error }, 'jobs cannot be claimed; they are tried for until they can');
        told = true;
      }
      const timer = new AbortController();
      await Promise.race([woken, delay(POLL_MS, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
    }
  }

  #start(claimed: Claimed, leasedAt: number): void {
    const abort = new AbortController();
    if (this.#stopping) abort.abort(new HandedBack());
    // Ours until its lease ran out, and nobody else took it.
    for (const earlier of this.#active) if (earlier.claimed.id === claimed.id) this.#lose(earlier);
    const done = Promise.resolve();
    const active = { claimed, leasedAt, abort, done, isOver: false, cancel: false, progressed: false };
    this.#active.add(active);
    active.done = this.#perform(active).finally(() => {
      this.#active.delete(active);
      this.#wake();
    });
  }

  async #perform(active: Active): Promise<void> {
    const { handlers, log } = this.#options;
    const { claimed, abort } = active;
    const { tenant, id, kind, fence } = claimed;
    try {
      const payload = await this.#payload(claimed);
      const run: JobRun = {
        ...claimed,
        signal: abort.signal,
        cancelRequested: () => active.cancel,
        progressed: () => this.#progressed(active),
      };
      await handlers[kind]!(run, payload);
      active.isOver = true;
      await this.#end(claimed, active.cancel ? 'cancelled' : 'done', null);
    } catch (error) {
      active.isOver = true;
      if (error === abort.signal.reason) return;
      const passing = isPassing(error);
      log[passing ? 'warn' : 'error'](
        { error, job: id, kind, tenant, fence },
        passing ? 'a job waits' : 'a job failed',
      );
      await (passing
        ? this.#later(claimed)
        : this.#end(claimed, 'failed', String((error as { code?: string }).code ?? 'INTERNAL'))
      ).catch((cause: unknown) =>
        log.warn({ error: cause, job: id }, 'the state of a job was not written; its lease will run out'),
      );
    }
  }

  async #progressed(active: Active): Promise<void> {
    if (active.progressed) return;
    active.progressed = true;
    const { tenant, id, fence } = active.claimed;
    await inTransaction(this.#options.db, { tenant }, (tx) =>
      tx.execute(
        sql`update operations.jobs set attempts = 1 where tenant_id = ${tenant} and id = ${id} and fence = ${fence}`,
      ),
    );
  }

  async #payload({ tenant, id }: Claimed): Promise<Record<string, unknown>> {
    const row = await inTransaction(this.#options.db, { tenant, readOnly: true }, (tx) =>
      tx.first<{ payload: Record<string, unknown> }>(
        sql`select payload from operations.jobs where tenant_id = ${tenant} and id = ${id}`,
      ),
    );
    return row!.payload;
  }

  async #end(
    { tenant, id, fence }: Claimed,
    state: 'done' | 'failed' | 'cancelled',
    error: string | null,
  ): Promise<void> {
    await inTransaction(this.#options.db, { tenant }, async (tx) => {
      await tx.execute(sql`
        update operations.jobs set state = ${state}, finished_at = clock_timestamp(), error = ${JSON.stringify(error)}
        where tenant_id = ${tenant} and id = ${id} and fence = ${fence}`);
      await tx.execute(
        sql`delete from operations.leases where tenant_id = ${tenant} and job_id = ${id} and fence = ${fence}`,
      );
      // What waited for the same thing may begin.
      await tx.query(sql`select pg_notify('summit_jobs', 'ended')`);
    });
  }

  async #later({ tenant, id, fence }: Claimed): Promise<void> {
    await inTransaction(this.#options.db, { tenant }, async (tx) => {
      await tx.execute(sql`
        update operations.jobs set attempts = greatest(attempts - 1, 0), run_after = clock_timestamp() + ${`${RETRY_MS} milliseconds`}::interval
        where tenant_id = ${tenant} and id = ${id} and fence = ${fence}`);
      await tx.execute(
        sql`delete from operations.leases where tenant_id = ${tenant} and job_id = ${id} and fence = ${fence}`,
      );
    });
  }

  async #beating(): Promise<void> {
    const { leaseMs } = this.#options;
    let beating: Promise<void> | undefined;
    while (!this.#stopping) {
      await delay(Math.min(leaseMs / 3, 1_000));
      if (this.#stopping) break;
      if (this.#active.size > 0)
        // A database that is silent keeps nobody from looking at the clock.
        beating ??= this.#beat().finally(() => {
          beating = undefined;
        });
      for (const active of this.#active)
        if (performance.now() - active.leasedAt > leaseMs) this.#lose(active);
    }
    await beating;
  }

  async #beat(): Promise<void> {
    const asked = performance.now();
    const those = [...this.#active];
    const ids = those.map(({ claimed }) => claimed.id);
    // Where it cannot be asked the lease runs out by itself.
    const held = await beat(this.#options.db, this.#owner, ids, this.#options.leaseMs).catch(() => undefined);
    if (!held) return;
    for (const active of those) {
      const { id, fence } = active.claimed;
      const lease = held.find((each) => each.id === id && each.fence === fence);
      if (!lease) this.#lose(active);
      else active.leasedAt = asked;
      if (lease?.cancel) active.cancel = true;
    }
  }

  /** The lease ran out or was taken: whoever has the job since then must not meet us. */
  #lose({ claimed: { tenant, id, kind, fence }, abort, isOver }: Active): void {
    if (isOver || abort.signal.aborted) return;
    this.#options.log.warn(
      { job: id, kind, tenant, fence },
      'the lease of a job was lost; it is stopped here',
    );
    abort.abort(new HandedBack());
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
