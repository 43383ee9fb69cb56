/** Waiting works are let go beyond this: who asks again begins them anew. */
const WAITING_MOST = 100;

/** Does one work after the other, in the background; one that waits or goes on under the same key is not begun again. */
export class InTurn {
  readonly #most: number;
  readonly #keys = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(most = WAITING_MOST) {
    this.#most = most;
  }

  /** False when it was not taken, as it is there already or too many wait. `work` tells of its failures itself. */
  take(key: string, work: () => Promise<void>): boolean {
    if (this.#keys.has(key) || this.#keys.size >= this.#most) return false;
    this.#keys.add(key);
    this.#last = this.#last.then(work).finally(() => this.#keys.delete(key));
    return true;
  }
}
