/** Distinct ends whose record has not come yet that are kept. About 40 bytes each. */
const MOST = 500_000;
/** With 128 bits a record some 2 in 10 billion ends are taken for found that are not. */
const BITS_A_RECORD = 7;
const HASHES = 8;
/** Expected ends that were taken for found and are not, up to which a count is called exact. */
const IN_DOUBT = 0.01;

export interface Dangling {
  count: number;
  /** False: there may be more. */
  isExact: boolean;
}

/**
 * Ends of links that a file leaves without a record, counted while it is read once, in any order and in constant memory: one
 * map of bits tells which records it has, another map the ends whose record has not come yet. What does not fit is never
 * counted, so that the count is at least true.
 */
export class DanglingEnds {
  readonly #bits: Uint32Array;
  readonly #shift: number;
  readonly #most: number;
  #set = 0;
  readonly #waiting = new Map<number, number>();
  /** Ends that were taken for found by the bits alone. */
  #found = 0;
  #isWhole = true;

  /** @param records how many to expect; sizes the bits between 128 KiB and 32 MiB. */
  constructor(records: number, most = MOST) {
    const power = Math.min(28, Math.max(20, Math.ceil(Math.log2(records + 1)) + BITS_A_RECORD));
    this.#shift = 32 - power;
    this.#bits = new Uint32Array(2 ** (power - 5));
    this.#most = most;
  }

  record(id: string): void {
    for (const slot of this.#slots(id)) {
      const mask = 1 << (slot & 31);
      if ((this.#bits[slot >>> 5]! & mask) === 0) this.#set++;
      this.#bits[slot >>> 5]! |= mask;
    }
    this.#waiting.delete(keyOf(id));
  }

  has(id: string): boolean {
    return this.#slots(id).every((slot) => (this.#bits[slot >>> 5]! & (1 << (slot & 31))) !== 0);
  }

  end(id: string, times: number): void {
    if (this.has(id)) {
      this.#found += times;
      return;
    }
    const key = keyOf(id);
    const known = this.#waiting.get(key);
    if (known === undefined && this.#waiting.size >= this.#most) this.#isWhole = false;
    else this.#waiting.set(key, (known ?? 0) + times);
  }

  /** Something was not looked at that may dangle too. */
  leaveOut(): void {
    this.#isWhole = false;
  }

  get dangling(): Dangling {
    let count = 0;
    for (const times of this.#waiting.values()) count += times;
    const doubt = this.#found * (this.#set / (this.#bits.length * 32)) ** HASHES;
    return { count, isExact: this.#isWhole && doubt <= IN_DOUBT };
  }

  #slots(id: string): number[] {
    const [first, step] = numbersOf(id);
    return Array.from({ length: HASHES }, (_, each) => (first + Math.imul(each, step)) >>> this.#shift);
  }
}

/** Ids are made of a SHA-1: digits of it are as good as a hash. */
const numbersOf = (id: string): [number, number] => [
  Number.parseInt(id.slice(0, 8), 16),
  Number.parseInt(id.slice(28), 16) | 1,
];

/** 52 bits of it. */
const keyOf = (id: string): number =>
  Number.parseInt(id.slice(0, 8), 16) * 2 ** 20 + (Number.parseInt(id.slice(28), 16) >>> 12);
