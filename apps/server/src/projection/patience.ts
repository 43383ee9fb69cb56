const PAUSE_MS = 250;
const PAUSE_MOST_MS = 2_000;

/** How long to wait after so many failures in a row: twice as long each time, with jitter. */
export const pause = (failures: number): number =>
  Math.min(PAUSE_MOST_MS, PAUSE_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);

/** Who failed and is left alone for a while; whoever is not here may be tried. */
export class Patience {
  readonly #failing = new Map<string, { failures: number; until: number }>();

  mayTry(name: string): boolean {
    return this.#until(name) <= performance.now();
  }

  isFailing(name: string): boolean {
    return this.#failing.has(name);
  }

  /** Those that may be tried: who did not fail before who did, and of these who waits longest first. */
  inTurn(names: readonly string[]): string[] {
    return names
      .filter((name) => this.mayTry(name))
      .sort((left, right) => this.#until(left) - this.#until(right));
  }

  #until(name: string): number {
    return this.#failing.get(name)?.until ?? 0;
  }

  /** Says how often in a row. */
  failed(name: string, leastMs = 0): number {
    const failures = (this.#failing.get(name)?.failures ?? 0) + 1;
    this.#failing.set(name, { failures, until: performance.now() + Math.max(leastMs, pause(failures)) });
    return failures;
  }

  /** Says whether it had failed before. */
  worked(name: string): boolean {
    return this.#failing.delete(name);
  }
}
