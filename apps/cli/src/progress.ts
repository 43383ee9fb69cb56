/** One line on standard error that is written over; without a terminal, a line every ten seconds. */
export class Progress {
  readonly #silent: boolean;
  readonly #live = process.stderr.isTTY;
  #shownAt = 0;
  #last = '';

  constructor(silent: boolean) {
    this.#silent = silent && !process.stderr.isTTY;
  }

  show(text: string): void {
    const now = Date.now();
    if (this.#silent || text === this.#last || now - this.#shownAt < (this.#live ? 100 : 10_000)) return;
    this.#shownAt = now;
    this.#last = text;
    process.stderr.write(this.#live ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Clears the line, so that the result stands alone. */
  end(): void {
    if (this.#live && this.#last !== '') process.stderr.write('\r\x1b[K');
  }
}
