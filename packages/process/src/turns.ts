/** What `Turns.take` throws where no place came free in time. */
export class NoTurn extends Error {
  constructor() {
    super('too many wait for a place, or for too long');
    this.name = 'NoTurn';
  }
}

export interface TurnsOptions {
  /** Places there are. */
  most: number;
  /** Of them, for one asker. */
  mostEach?: number;
  waitMs: number;
  /** Whoever waits costs memory; beyond this many nobody does. */
  waitingMost?: number;
  /** Of them, for one asker. */
  waitingMostEach?: number;
}

interface Waiter {
  who: string;
  hasTurn: boolean;
  begin(): void;
  give(error: unknown): void;
}

/** So many at once and no more; the others wait. A place that comes free goes to whoever holds the fewest, then to who came first. */
export class Turns {
  readonly #options: Required<TurnsOptions>;
  readonly #held = new Map<string, number>();
  #taken = 0;
  #waiting: Waiter[] = [];

  constructor(options: TurnsOptions) {
    const waitingMost = options.waitingMost ?? 500;
    this.#options = { mostEach: options.most, waitingMost, waitingMostEach: waitingMost, ...options };
  }

  get taken(): number {
    return this.#taken;
  }

  /** Resolves to what gives the place back. Throws NoTurn, and the reason of `signal` for whoever leaves. */
  async take(who = '', signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { who, hasTurn: false, begin: resolve, give: reject };
    this.#waiting.push(waiter);
    this.#next();
    // Not before it: who waits for one asker's places keeps nobody from those that are free.
    if (!waiter.hasTurn && this.#areTooMany(who)) {
      this.#waiting.pop();
      throw new NoTurn();
    }
    if (!waiter.hasTurn) await this.#wait(waiter, promise, signal);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#giveBack(who);
    };
  }

  #areTooMany(who: string): boolean {
    const { waitingMost, waitingMostEach } = this.#options;
    return (
      this.#waiting.length > waitingMost ||
      this.#waiting.filter((each) => each.who === who).length > waitingMostEach
    );
  }

  /** Nobody waits any longer: there is nothing to wait for. */
  refuse(error: unknown): void {
    for (const { give } of this.#waiting.splice(0)) give(error);
  }

  async #wait(waiter: Waiter, turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const leave = (error: unknown): void => {
      this.#waiting = this.#waiting.filter((each) => each !== waiter);
      waiter.give(error);
    };
    const timer = setTimeout(() => leave(new NoTurn()), this.#options.waitMs);
    const gone = (): void => leave(signal!.reason);
    signal?.addEventListener('abort', gone, { once: true });
    try {
      await turn;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
    }
  }

  #giveBack(who: string): void {
    const left = this.#holds(who) - 1;
    if (left > 0) this.#held.set(who, left);
    else this.#held.delete(who);
    this.#taken--;
    this.#next();
  }

  #next(): void {
    const { most, mostEach } = this.#options;
    while (this.#taken < most) {
      let next: Waiter | undefined;
      for (const waiter of this.#waiting) {
        const held = this.#holds(waiter.who);
        if (held < mostEach && (!next || held < this.#holds(next.who))) next = waiter;
      }
      if (!next) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#held.set(next.who, this.#holds(next.who) + 1);
      this.#taken++;
      next.hasTurn = true;
      next.begin();
    }
  }

  #holds(who: string): number {
    return this.#held.get(who) ?? 0;
  }
}
