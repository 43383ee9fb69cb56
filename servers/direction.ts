import type { Socket } from 'node:net';
import type { Link } from './link.ts';

/** What a network holds at most before the sender has to wait. */
const MOST_ON_ITS_WAY_BYTES = 1024 * 1024;

type Parcel = { chunk: Buffer | 'end'; sentAt: number; extraMs: number };

/** Carries what one socket receives to another, as its link allows. */
export class Direction {
  /** Told of each piece once it has been given to the other side. */
  onPassed: (chunk: Buffer) => void = () => {};
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #link: Link;
  readonly #parcels: Parcel[] = [];
  #bytes = 0;
  #carrying = false;
  #stopped = false;

  constructor(from: Socket, to: Socket, link: Link) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
    from.on('data', (chunk) => this.#take(chunk as Buffer));
    from.on('end', () => this.#take('end'));
  }

  /** From now on everything is taken and nothing arrives. */
  swallow(): void {
    this.#stopped = true;
    this.#parcels.length = 0;
    this.#from.resume();
  }

  #take(chunk: Buffer | 'end'): void {
    if (this.#stopped) return;
    const extraMs = chunk === 'end' ? 0 : this.#link.retransmissionMs();
    this.#parcels.push({ chunk, sentAt: performance.now(), extraMs });
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_ON_ITS_WAY_BYTES) this.#from.pause();
    if (!this.#carrying) void this.#carryAll();
  }

  async #carryAll(): Promise<void> {
    this.#carrying = true;
    for (let parcel = this.#parcels[0]; parcel; parcel = this.#parcels[0]) {
      const { sentAt, extraMs, chunk } = parcel;
      const link = this.#link;
      await link.wait(() => {
        if (this.#stopped) return 0;
        if (!link.open) return Number.POSITIVE_INFINITY;
        const late = link.latencyMs + (link.lossShare > 0 ? extraMs : 0);
        return late === 0 ? 0 : sentAt + late - performance.now();
      });
      if (this.#stopped) break;
      if (chunk === 'end') this.#to.end();
      else await this.#pass(chunk);
      this.#parcels.shift();
      this.#bytes -= chunk.length;
      if (this.#bytes <= MOST_ON_ITS_WAY_BYTES && this.#from.isPaused()) this.#from.resume();
    }
    this.#carrying = false;
  }

  async #pass(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      const { pieceBytes, bytesPerSecond } = this.#link;
      // A slow line carries a twentieth of a second at once, so that a change is felt soon.
      const most = Math.max(1, Math.min(pieceBytes, bytesPerSecond / 20));
      const piece = chunk.subarray(from, from + Math.floor(Math.min(most, chunk.length)));
      from += piece.length;
      await this.#link.carry(piece.length);
      await this.#link.wait(() => (this.#link.open || this.#stopped ? 0 : Number.POSITIVE_INFINITY));
      if (this.#stopped || this.#to.destroyed) return;
      const goesOn = this.#to.write(piece);
      // Alone on its way, not joined to the next one.
      if (Number.isFinite(pieceBytes)) await new Promise((done) => setImmediate(done));
      if (!goesOn) await roomIn(this.#to);
    }
    this.onPassed(chunk);
  }
}

/** Waits until a socket takes more, or none any more. */
function roomIn(socket: Socket): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      socket.off('drain', end).off('close', end);
      done();
    };
    socket.on('drain', end).on('close', end);
  });
}
