import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { listen } from '../database/listen.ts';
import { claimLease, giveBack, LeaseLost, leaseOwner, type Standing, tell } from './lease.ts';
import { inSnapshot, lagOf } from './source.ts';

/** Where a projection stands, for people: SPEC.md says what each means. */
export type State = 'following' | 'filling' | 'rebuilding' | 'paused' | 'down' | 'failing' | 'waiting';

export const STATES: readonly State[] = [
  ...(['following', 'filling', 'rebuilding', 'paused', 'down', 'failing', 'waiting'] as const),
];

/** What a store's projector does when it is its turn. */
export interface Projecting {
  /**
   * Does what there is to do, a piece of it; true where more is waiting. `standing` is what the operator asks and the fence
   * under which it writes. A step that takes long asks between its parts whether it may go on, which throws LeaseLost where the
   * lease is lost or the worker stops.
   */
  step(standing: Standing, owner: string, mayGoOn: () => Promise<void>): Promise<boolean>;
  state(): {
    state: State;
    /** Left out, both, until the store was met: then it stands where somebody said last. */
    generation?: number | null;
    position?: number | null;
    progress: Standing['progress'];
  };
  /** What the error means for the store: its state meanwhile, and a code for the operator. */
  failed(error: unknown): { state: State; problem: string };
  stop(): Promise<void>;
}

export interface RunnerOptions {
  name: string;
  db: Database;
  log: Logger;
  projecting: Projecting;
  leaseMs?: number;
  pollMs?: number;
}

/** A store that comes back is used again within 10 s: the pause before the next try is the smaller part of them. */
const MOST_WAIT_MS = 2_000;
/**
 * For so long after it was told of a change it looks again every few milliseconds: the change may still stand above the horizon,
 * and nobody tells when it no longer does. In between more changes gather into one batch.
 */
const LIVELY_MS = 1_000;
const LOOK_AGAIN_MS = 50;
/** In the time of a lease; each asks again where a third of it is over. */
const BEATS = 6;

/** Owners of leases that live in this process. */
const living = new Set<string>();

/** Runs one projection while this worker holds its lease: on each change, and now and then without one. */
export class ProjectionRunner implements Part {
  readonly #options: Required<RunnerOptions>;
  /** The nonce tells this process from an earlier one with the same number. */
  readonly #owner = `${hostname()}:${process.pid}:${Math.random().toString(36).slice(2)}`;
  #standing: Standing | undefined;
  /** Until when the lease holds, by our clock, which began to count before the database's; 0 where it has to be asked again. */
  #heldUntil = 0;
  /** The same, whatever has to be asked. */
  #leaseEnds = 0;
  /** One question at a time: of two, what was said first could be heard last. */
  #asking: Promise<boolean> | undefined;
  /** How often an operator asked for something. */
  #orders = 0;
  #beat: NodeJS.Timeout | undefined;
  #problem: string | null = null;
  #trouble: State | undefined;
  #toldAt = 0;
  #told = '';
  #stopping = false;
  #heardAt = Number.NEGATIVE_INFINITY;
  #wake = () => {};
  #listening: { stop(): Promise<void> }[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(options: RunnerOptions) {
    this.#options = { leaseMs: 10_000, pollMs: 1_000, ...options };
  }

  async run(): Promise<void> {
    const { db, name, leaseMs } = this.#options;
    living.add(this.#owner);
    await this.#freeOrphan(db, name);
    const wake = (): void => this.#awake();
    for (const which of ['projection-changes', 'projection-orders'] as const)
      this.#listening.push(
        listen(db, which, {
          heard: () => {
            if (which === 'projection-orders') this.#ordered();
            wake();
          },
          connected: wake,
        }),
      );
    // In a step, which may take long, and in the pauses between: else two workers would take the lease from each other.
    this.#beat = setInterval(() => {
      if (this.#standing) void this.#holds().catch(() => {});
    }, leaseMs / BEATS);
    this.#loop = this.#running();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#awake();
    await this.#loop;
    await this.#options.projecting.stop();
    clearInterval(this.#beat);
    for (const each of this.#listening) await each.stop();
    // What is asked now would take it again.
    await this.#asking?.catch(() => {});
    living.delete(this.#owner);
    await giveBack(this.#options.db, this.#options.name, this.#owner).catch(() => {});
    this.#withdraw();
  }

  /** What an operator asks is read with the lease. */
  #ordered(): void {
    this.#orders++;
    this.#heldUntil = 0;
  }

  #awake(): void {
    this.#heardAt = performance.now();
    this.#wake();
  }

  /** A worker of this machine that was killed cannot come back for its lease, nor one that had our number before us. */
  async #freeOrphan(db: Database, name: string): Promise<void> {
    const owner = await leaseOwner(db, name);
    const [host, pid] = owner?.split(':') ?? [];
    if (!owner || host !== hostname() || living.has(owner)) return;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await giveBack(db, name, owner);
  }

  async #running(): Promise<void> {
    const { projecting } = this.#options;
    let failures = 0;
    while (!this.#stopping) {
      let waitMs = this.#options.pollMs;
      let isDone = false;
      try {
        if (await this.#holds()) {
          const more = await projecting.step(this.#standing!, this.#owner, this.#mayGoOn);
          if (failures > 0)
            this.#options.log.info({ projection: this.#options.name }, 'the projection goes on');
          failures = 0;
          this.#problem = null;
          this.#trouble = undefined;
          if (more) waitMs = 0;
          isDone = !more;
        }
      } catch (error) {
        if (this.#stopping && error instanceof LeaseLost) break;
        this.#heldUp(error, failures === 0);
        waitMs = Math.min(MOST_WAIT_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
        failures++;
      }
      await this.#report();
      // What was heard of while it reported woke nobody.
      if (isDone && performance.now() - this.#heardAt < LIVELY_MS) waitMs = LOOK_AGAIN_MS;
      if (waitMs > 0 && !this.#stopping) await this.#rest(waitMs, failures > 0);
    }
  }

  #heldUp(error: unknown, isFirst: boolean): void {
    const { state, problem } = this.#options.projecting.failed(error);
    this.#trouble = state;
    this.#problem = problem;
    metrics.backgroundFailures.inc({ work: `projection_${this.#options.name}` });
    // Once, until it works again.
    if (isFirst)
      this.#options.log.warn(
        { error, projection: this.#options.name, state, problem },
        'the projection is held up',
      );
  }

  async #holds(): Promise<boolean> {
    // Prolonged after a third, so that a slow database does not lose it.
    if (performance.now() < this.#heldUntil - (this.#options.leaseMs * 2) / 3) return true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    const { db, name, leaseMs } = this.#options;
    const [asked, orders] = [performance.now(), this.#orders];
    this.#standing = await claimLease(db, name, this.#owner, leaseMs);
    if (this.#standing) this.#leaseEnds = asked + leaseMs;
    // What was asked meanwhile may not be in it.
    if (this.#standing && orders === this.#orders) this.#heldUntil = asked + leaseMs;
    return this.#standing !== undefined;
  }

  readonly #mayGoOn = async (): Promise<void> => {
    if (this.#stopping || !(await this.#holds())) throw new LeaseLost();
    await this.#report();
  };

  async #rest(ms: number, isHeldUp: boolean): Promise<void> {
    const timer = new AbortController();
    const woken = new Promise<void>((done) => {
      // What comes while the store is down changes nothing; what comes in a short rest is gathered.
      this.#wake = isHeldUp || ms <= LOOK_AGAIN_MS ? () => this.#stopping && done() : done;
      if (this.#stopping) done();
    });
    await Promise.race([woken, delay(ms, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    this.#wake = () => {};
  }

  async #report(): Promise<void> {
    // What cannot be said now is said a second later.
    await this.#say().catch(() => metrics.backgroundFailures.inc({ work: 'projection_report' }));
  }

  /** Says where it stands: to the metrics, and to Postgres, where other processes read it. Nothing without the lease. */
  async #say(): Promise<void> {
    const { db, name, projecting } = this.#options;
    const now = performance.now();
    const standing = now < this.#leaseEnds ? this.#standing : undefined;
    const told = standing && {
      generation: standing.generation,
      position: standing.position,
      ...projecting.state(),
      ...(this.#trouble && { state: this.#trouble }),
      problem: this.#problem,
    };
    const shown = JSON.stringify([told?.state, told?.generation, told?.problem]);
    if (now - this.#toldAt < 1_000 && shown === this.#told) return;
    this.#toldAt = now;
    this.#told = shown;
    if (!told) return this.#withdraw();
    for (const state of STATES)
      metrics.projectionState.set({ projection: name, state }, told.state === state ? 1 : 0);
    await tell(db, name, this.#owner, told);
    const lag = await inSnapshot(db, (tx) => lagOf(tx, told.position ?? 0));
    metrics.projectionLagChanges.set({ projection: name }, lag.changes);
    metrics.projectionLagSeconds.set({ projection: name }, lag.seconds);
  }

  /** Whoever holds the lease says it now: two who said it would contradict each other, and what stood here would grow old. */
  #withdraw(): void {
    const { name } = this.#options;
    for (const state of STATES) metrics.projectionState.remove({ projection: name, state });
    metrics.projectionLagChanges.remove({ projection: name });
    metrics.projectionLagSeconds.remove({ projection: name });
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
