/** How fast an import goes and what holds it up; decides how many facts the next transaction takes. */
import type { ImportCounts, ImportNode, ImportProgress } from './import.ts';

/** A transaction of an import is to last this long: short enough that people's edits never wait. */
const TARGET_MS = 100;
/** Nobody waits for one that only finds what stands already. */
const COMPARED_MS = 250;
/**
 * Each transaction costs some 5 ms whatever it holds, so on a busy machine it is not cut below this many facts for the sake of
 * the target, only for the sake of this longer time.
 */
const FACTS_FEW = 1_000;
const FEW_MS = 500;
const FACTS_MOST = 5_000;
const TELL_MS = 250;
/** Rates are of the last seconds. */
const WINDOW_MS = 5_000;

export class Pace {
  facts = FACTS_FEW;
  readonly #earlierSeconds: number;
  readonly #began = performance.now();
  readonly #spent = { reading: 0, database: 0, disk: 0 };
  #compared = 0;
  #told = Number.NEGATIVE_INFINITY;
  #seen: { at: number; rows: number; bytes: number }[] = [];

  /** @param earlierSeconds what earlier attempts took. */
  constructor(earlierSeconds: number) {
    this.#earlierSeconds = earlierSeconds;
  }

  get seconds(): number {
    return this.#earlierSeconds + (performance.now() - this.#began) / 1000;
  }

  waited(ms: number): void {
    this.#spent.reading += ms;
  }

  /** Facts were compared with those that stand, while a batch was waited for: it is a part of that batch's time. */
  compared(ms: number): void {
    this.#compared += ms;
    this.#spent.reading -= ms;
  }

  /** After each batch: what it held, and its time as a whole and in commit. */
  wrote(facts: number, writingMs: number, commitMs: number): void {
    const ms = writingMs + this.#compared;
    const target = this.#compared > 0 ? COMPARED_MS : TARGET_MS;
    this.#compared = 0;
    this.#spent.database += ms - commitMs;
    this.#spent.disk += commitMs;
    if (facts < this.facts / 4) return;
    const within = (most: number) => (facts * most) / Math.max(ms, 1);
    const fitting = Math.max(within(target), Math.min(FACTS_FEW, within(FEW_MS)));
    // Half the way there: one slow batch says little.
    this.facts = Math.round(Math.min(FACTS_MOST, Math.max(1, this.facts + (fitting - this.facts) / 2)));
  }

  /** True at most four times a second. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#told < TELL_MS) return false;
    this.#told = now;
    return true;
  }

  progress(about: ImportNode, counts: ImportCounts, bytesRead: number): ImportProgress {
    const now = performance.now();
    this.#seen.push({ at: now, rows: counts.rows, bytes: bytesRead });
    while (this.#seen.length > 2 && this.#seen[1]!.at < now - WINDOW_MS) this.#seen.shift();
    const [first] = this.#seen;
    const seconds = Math.max(now - first!.at, 1) / 1000;
    const rowsPerSecond = this.#seen.length > 1 ? (counts.rows - first!.rows) / seconds : 0;
    const bytesPerSecond = (bytesRead - first!.bytes) / seconds;
    const { reading, database, disk } = this.#spent;
    const most = Math.max(reading, database, disk);
    return {
      bytesRead,
      bytesTotal: about.bytes,
      rows: counts.rows,
      rowsPerSecond: Math.round(rowsPerSecond),
      etaSeconds: bytesPerSecond > 0 ? Math.ceil((about.bytes - bytesRead) / bytesPerSecond) : null,
      slowedBy: most === 0 ? null : most === reading ? 'reading' : most === disk ? 'disk' : 'database',
      rejects: counts.rejects,
      records: counts.records.created + counts.records.updated + counts.records.unchanged,
      relationships:
        counts.relationships.created + counts.relationships.updated + counts.relationships.unchanged,
    };
  }
}
