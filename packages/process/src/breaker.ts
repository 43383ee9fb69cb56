import { metrics } from './metrics.ts';

/** What `Breaker.run` throws without having called anything. */
export class BreakerOpen extends Error {
  readonly code = 'BREAKER_OPEN';
  readonly store: string;
  /** When the next probe may go, at the earliest. */
  readonly retryAfterMs: number;

  constructor(store: string, retryAfterMs: number) {
    super(`${store} does not answer; it is tried again in ${Math.ceil(retryAfterMs)} ms`);
    this.name = 'BreakerOpen';
    this.store = store;
    this.retryAfterMs = retryAfterMs;
  }
}

export type BreakerState = 'closed' | 'half-open' | 'open';

export interface BreakerOptions {
  /** Label of the metric: from our own code, never from callers. */
  name: string;
  /** So many failures in a row open it. */
  failures?: number;
  /** How long it stays open at first; each probe that fails doubles it, up to `mostOpenMs`. */
  openMs?: number;
  mostOpenMs?: number;
  /** A probe that says nothing for so long is given up: another one may go. */
  probeMs?: number;
  /** Whether an error says that the store is down; any other is an answer of a store that works. */
  counts?: (error: unknown) => boolean;
  /** Whether an error opens it at once: that the store is down is certain. */
  opens?: (error: unknown) => boolean;
  /** Told of each change of state, with the error that opened it. */
  onChange?: (state: BreakerState, cause?: unknown) => void;
  /** Milliseconds that never go back. */
  now?: () => number;
  /** Between 0 and 1. */
  random?: () => number;
}

const level: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/**
 * Spares a store that is down, and its callers the wait: after some failures in a row calls are refused at once, and now and
 * then one is let through to see whether the store is back. The time between probes doubles, with jitter, so that many
 * processes do not come back in the same moment; it stays short enough to be back within 10 s of the store.
 */
export class Breaker {
  readonly #options: Required<Omit<BreakerOptions, 'onChange'>> & Pick<BreakerOptions, 'onChange'>;
  #state: BreakerState = 'closed';
  /** Failures in a row while closed. */
  #failures = 0;
  /** Probes that failed since it was closed last. */
  #opened = 0;
  #openUntil = 0;
  #probeUntil = 0;
  /** Calls begun before the last change of state say nothing about the state after it. */
  #era = 0;

  constructor(options: BreakerOptions) {
    this.#options = {
      failures: 5,
      openMs: 500,
      mostOpenMs: 5_000,
      probeMs: 5_000,
      counts: () => true,
      opens: () => false,
      now: () => performance.now(),
      random: Math.random,
      ...options,
    };
    this.#measure();
  }

  /** Calls `work`, or throws BreakerOpen at once. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#admit();
    const era = this.#era;
    try {
      const result = await work();
      this.#worked(era);
      return result;
    } catch (error) {
      if (this.#options.counts(error)) this.#failed(era, error);
      else this.#worked(era);
      throw error;
    }
  }

  /** For health: how it stands now, and in how many ms a call may go through. */
  state(): { state: BreakerState; retryAfterMs: number } {
    return { state: this.#state, retryAfterMs: this.#wait() };
  }

  #wait(): number {
    if (this.#state === 'closed') return 0;
    const until = this.#state === 'open' ? this.#openUntil : this.#probeUntil;
    return Math.max(0, until - this.#options.now());
  }

  #admit(): void {
    if (this.#state === 'closed') return;
    const wait = this.#wait();
    if (wait > 0) throw new BreakerOpen(this.#options.name, wait);
    this.#probeUntil = this.#options.now() + this.#options.probeMs;
    this.#become('half-open');
  }

  #worked(era: number): void {
    if (era !== this.#era) return;
    this.#failures = 0;
    if (this.#state === 'closed') return;
    this.#opened = 0;
    this.#become('closed');
  }

  #failed(era: number, cause: unknown): void {
    if (era !== this.#era) return;
    this.#failures++;
    const { failures, opens, openMs, mostOpenMs, random, now } = this.#options;
    if (this.#state === 'closed' && this.#failures < failures && !opens(cause)) return;
    const longest = Math.min(mostOpenMs, openMs * 2 ** Math.min(this.#opened, 30));
    this.#opened++;
    this.#failures = 0;
    this.#openUntil = now() + longest * (0.5 + random() / 2);
    this.#become('open', cause);
  }

  #become(state: BreakerState, cause?: unknown): void {
    this.#era++;
    this.#state = state;
    this.#measure();
    this.#options.onChange?.(state, cause);
  }

  #measure(): void {
    metrics.breakerState.set({ store: this.#options.name }, level[this.#state]);
  }
}
