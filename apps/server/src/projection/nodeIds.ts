/**
 * The store's own number of each entity's node, by the entity's id: 16 bytes an entry instead of a hundred and more. Kept by 52
 * bits of the id; whoever uses a number compares the whole id where the node is. Two ids that share these bits are both
 * `ambiguous`.
 */
export class NodeIds {
  #keys = new Float64Array(1 << 12).fill(-1);
  #values = new Float64Array(1 << 12);
  #size = 0;

  static readonly ambiguous = -1;

  set(id: string, node: number): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const key = bitsOf(id);
    const at = this.#find(key);
    if (this.#keys[at] === key) this.#values[at] = NodeIds.ambiguous;
    else {
      this.#keys[at] = key;
      this.#values[at] = node;
      this.#size++;
    }
  }

  /** Undefined where no such id was set; `ambiguous` where it cannot be told. */
  get(id: string): number | undefined {
    const key = bitsOf(id);
    const at = this.#find(key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }

  /** Where the key stands, or would. */
  #find(key: number): number {
    const mask = this.#keys.length - 1;
    let at = (key % 0x7fff_ffff) & mask;
    while (this.#keys[at] !== -1 && this.#keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#values = new Float64Array(values.length * 2);
    for (let index = 0; index < keys.length; index++) {
      if (keys[index] === -1) continue;
      const at = this.#find(keys[index]!);
      this.#keys[at] = keys[index]!;
      this.#values[at] = values[index]!;
    }
  }
}

/** The last 13 of its hexadecimal digits: the random ones, of whichever version it is. */
const bitsOf = (id: string): number => Number.parseInt(id.slice(-12) + id.slice(22, 23), 16);
