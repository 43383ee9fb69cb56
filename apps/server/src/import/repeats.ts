/**
 * Which keys of a file occur more than once, learned in a first pass in constant memory: one bit a key. A key that
 * merely shares its bit with another is treated as repeated, which costs a little memory later and is never wrong.
 */
export class Repeats {
  readonly #bits: Uint32Array;
  readonly #shift: number;
  /** How often a slot was hit, for those hit more than once. */
  readonly #counts = new Map<number, number>();

  /** @param keys how many keys to expect; sizes the bitmap between 128 KiB and 32 MiB. */
  constructor(keys: number) {
    const power = Math.min(28, Math.max(20, Math.ceil(Math.log2(keys + 1)) + 6));
    this.#shift = 32 - power;
    this.#bits = new Uint32Array(2 ** (power - 5));
  }

  see(key: string): void {
    const slot = this.slot(key);
    const mask = 1 << (slot & 31);
    if ((this.#bits[slot >>> 5]! & mask) === 0) this.#bits[slot >>> 5]! |= mask;
    else this.#counts.set(slot, (this.#counts.get(slot) ?? 1) + 1);
  }

  /** How often keys of this slot occur in the whole file, when more than once. */
  count(slot: number): number | undefined {
    return this.#counts.get(slot);
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
