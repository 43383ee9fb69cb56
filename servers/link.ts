/** How one way between client and server behaves; all connections share it. */
export class Link {
  latencyMs = 0;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  pieceBytes = Number.POSITIVE_INFINITY;
  /** 0 … 1 of what is sent. */
  lossShare = 0;
  open = true;
  seed = 1;
  /** When the line has sent what it was given. */
  #freeAt = 0;
  #changed = Promise.withResolvers<void>();

  set(
    change: Partial<
      Pick<Link, 'latencyMs' | 'bytesPerSecond' | 'pieceBytes' | 'lossShare' | 'open' | 'seed'>
    >,
  ) {
    Object.assign(this, change);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  heal(): void {
    this.#freeAt = 0;
    const plain = new Link();
    this.set({
      latencyMs: plain.latencyMs,
      bytesPerSecond: plain.bytesPerSecond,
      pieceBytes: plain.pieceBytes,
      lossShare: plain.lossShare,
      open: true,
    });
  }

  /** Resolves at the next change of how it behaves. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Waits until `msLeft` has nothing left, asking it again whenever the link changes. */
  async wait(msLeft: () => number): Promise<void> {
    for (let left = msLeft(); left > 0; left = msLeft()) {
      let timer: NodeJS.Timeout | undefined;
      const time = new Promise<void>((done) => {
        if (left < 2 ** 31) timer = setTimeout(done, left);
      });
      await Promise.race([time, this.changed]);
      clearTimeout(timer);
    }
  }

  /** How much later than `latencyMs` something arrives because it was lost on the way: TCP sends it again, ever later. */
  retransmissionMs(): number {
    let ms = 0;
    for (let again = 200; again <= 6_400 && this.#random() < this.lossShare; again *= 2) ms += again;
    return ms;
  }

  /** Takes its place on the line; resolves when so many bytes have been sent over it. */
  async carry(bytes: number): Promise<void> {
    if (!Number.isFinite(this.bytesPerSecond)) return;
    const from = Math.max(performance.now(), this.#freeAt);
    const until = from + (bytes / this.bytesPerSecond) * 1_000;
    this.#freeAt = until;
    await this.wait(() => (Number.isFinite(this.bytesPerSecond) ? until - performance.now() : 0));
  }

  /** Mulberry32: the same losses for the same seed. */
  #random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
