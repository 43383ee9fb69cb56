/** Most bytes that UTF-8 takes for a unit of a JavaScript string. */
const BYTES_OF_UNIT = 3;

/**
 * Rows of one table as the bytes that COPY reads; of an id that comes twice the last row counts. Written down at once: as strings
 * the rows of a batch outlive the young heap, and a third of a reader's time went into collecting them.
 */
export class Lines {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;
  /** The number of each id's row. */
  readonly #rows = new Map<string, number>();
  readonly #ends: number[] = [];
  /** Rows that a later one stands for. */
  readonly #replaced = new Set<number>();

  get size(): number {
    return this.#rows.size;
  }

  get ids(): Iterable<string> {
    return this.#rows.keys();
  }

  set(id: string, line: string): void {
    const earlier = this.#rows.get(id);
    if (earlier !== undefined) this.#replaced.add(earlier);
    this.#rows.set(id, this.#ends.length);
    this.#makeRoom(line.length * BYTES_OF_UNIT);
    this.#length += this.#bytes.write(line, this.#length);
    this.#ends.push(this.#length);
  }

  #makeRoom(bytes: number): void {
    const least = this.#length + bytes;
    if (least <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** The bytes of the rows that count, in their order. */
  *pieces(): Generator<Uint8Array> {
    let from = 0;
    for (const number of [...this.#replaced].sort((a, b) => a - b)) {
      yield this.#bytes.subarray(from, number === 0 ? 0 : this.#ends[number - 1]!);
      from = this.#ends[number]!;
    }
    yield this.#bytes.subarray(from, this.#length);
  }

  /** Empty again. */
  clear(): void {
    this.#length = 0;
    this.#rows.clear();
    this.#ends.length = 0;
    this.#replaced.clear();
  }
}

/** All of them in memory of its own, which may be handed to another thread. */
export function joined(...lines: readonly Lines[]): Uint8Array<ArrayBuffer> {
  const pieces = lines.flatMap((each) => [...each.pieces()]);
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
