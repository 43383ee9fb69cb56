/** Ids and digests in one order, as Postgres writes arrays: 5,000 of each are one text instead of 10,000. */
export interface Keys {
  count: number;
  ids: string;
  digests: string;
}

/** Of both tables. */
export interface Asked {
  records: Keys;
  links: Keys;
}

/** Keys while they are gathered. */
export class KeyList {
  readonly #ids: string[] = [];
  readonly #digests: string[] = [];

  /** @param digest in hexadecimal digits. */
  add({ id, digest }: { id: string; digest: string }): void {
    this.#ids.push(id);
    this.#digests.push(digest);
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  keys(): Keys {
    return {
      count: this.#ids.length,
      ids: `{${this.#ids.join()}}`,
      digests: `{${this.#digests.map((digest) => `"\\\\x${digest}"`).join()}}`,
    };
  }
}
