import { hash } from 'node:crypto';

/** Keys that are counted one by one; with more, the rest is only known to repeat. About 40 bytes each. */
const mostCounted = 500_000;

/**
 * Which keys of a file occur more than once, learned in a first pass in constant memory: one bit a key. A key that
 * merely shares its bit with another is treated as repeated, which costs a little memory later and is never wrong.
 */
export class Repeats {
  readonly #bits: Uint32Array;
  readonly #shift: number;
  /** How often a slot was hit, for those hit more than once. */
  readonly #counts = new Map<number, number>();
  /** Slots that repeat beyond what is counted; one bit each. */
  #uncounted: Uint32Array | undefined;
  readonly #most: number;

  /** @param keys how many keys to expect; sizes the bitmap between 128 KiB and 32 MiB. */
  constructor(keys: number, most = mostCounted) {
    this.#most = most;
    const power = Math.min(28, Math.max(20, Math.ceil(Math.log2(keys + 1)) + 6));
    this.#shift = 32 - power;
    this.#bits = new Uint32Array(2 ** (power - 5));
  }

  see(key: string): void {
    const slot = this.slot(key);
    const mask = 1 << (slot & 31);
    if ((this.#bits[slot >>> 5]! & mask) === 0) this.#bits[slot >>> 5]! |= mask;
    else if (this.#counts.has(slot) || this.#counts.size < this.#most) {
      this.#counts.set(slot, (this.#counts.get(slot) ?? 1) + 1);
    } else {
      this.#uncounted ??= new Uint32Array(this.#bits.length);
      this.#uncounted[slot >>> 5]! |= mask;
    }
  }

  /** How often keys of this slot occur in the whole file, when more than once. */
  count(slot: number): number | undefined {
    return this.#counts.get(slot);
  }

  /** The slot repeats, but how often is not known. */
  isUncounted(slot: number): boolean {
    return this.#uncounted !== undefined && (this.#uncounted[slot >>> 5]! & (1 << (slot & 31))) !== 0;
  }

  get none(): boolean {
    return this.#counts.size === 0;
  }

  slot(key: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x21f0aaad);
    hash ^= hash >>> 15;
    return hash >>> this.#shift;
  }
}

/** How often each text came so far, at 40 bytes a text: they are told apart by 52 bits of their SHA-256. */
export class Occurrences {
  readonly #times = new Map<number, number>();

  /** 1 for the first. */
  next(text: string): number {
    const key = Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16);
    const time = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, time);
    return time;
  }
}
