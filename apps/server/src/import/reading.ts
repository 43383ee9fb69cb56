import { Worker } from 'node:worker_threads';
import { type ErrorCode, errors, SummitError } from '@summit/process/errors';
import type { Batch } from './batch.ts';
import type { Asked } from './keys.ts';
import { FIRST_WANTED, type ReadingOptions, readBatches, type Wanted } from './readBatches.ts';
import type { FromThread, ToThread } from './readingThread.ts';
import type { Differing } from './standing.ts';
import { threadEnvironment } from './threadEnvironment.ts';

/** Memory of the reading thread; what needs more is a hostile file, and only its import ends. */
const HEAP_MB = 192;

/** A thread takes half a second of processor time to start: files up to this size are read without one. */
const ALONGSIDE_BYTES = 256 * 1024;
/** Packed, the same file may hold much more. */
const ALONGSIDE_PACKED_BYTES = 16 * 1024;
/** Characters of mapping: it is read, and then done for every row. */
const ALONGSIDE_MAPPING = 4 * 1024;

/** The batches of one file. */
export interface Reading {
  /** What the coming ones are to be. A small file is never compared. */
  want(wanted: Wanted): void;
  /** Throws what the reader threw. */
  next(): Promise<Batch | undefined>;
  close(): Promise<void>;
}

/** @param compare answers which facts differ from those that stand; it is asked when every earlier batch is done with. */
export function openReading(options: ReadingOptions, compare: (asked: Asked) => Promise<Differing>): Reading {
  const packed = options.format === 'xlsx' || options.filename.toLowerCase().endsWith('.gz');
  const isQuick =
    options.bytes <= (packed ? ALONGSIDE_PACKED_BYTES : ALONGSIDE_BYTES) &&
    (options.mapping?.length ?? 0) <= ALONGSIDE_MAPPING;
  return isQuick ? new ReadAlongside(options) : new ReadAhead(options, compare);
}

/** Reads between the database's answers. */
class ReadAlongside implements Reading {
  readonly #batches: AsyncGenerator<Batch>;
  #wanted = FIRST_WANTED;

  constructor(options: ReadingOptions) {
    this.#batches = readBatches(options, () => this.#wanted);
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
  }

  async next(): Promise<Batch | undefined> {
    const step = await this.#batches.next();
    return step.done ? undefined : step.value;
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined);
  }
}

/** Reads ahead, in a thread of its own. */
export class ReadAhead implements Reading {
  readonly #thread: Worker;
  readonly #arrived: FromThread[] = [];
  #failure: Error | undefined;
  #wake = () => {};
  #wanted = FIRST_WANTED;
  readonly #compare: (asked: Asked) => Promise<Differing>;

  constructor(options: ReadingOptions, compare: (asked: Asked) => Promise<Differing>) {
    this.#compare = compare;
    this.#thread = new Worker(new URL('./readingThread.ts', import.meta.url), {
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 48 },
      name: 'import-reader',
      env: threadEnvironment(),
      execArgv: [],
    });
    this.#thread.on('message', (message: FromThread) => {
      this.#arrived.push(message);
      this.#wake();
    });
    this.#thread.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
    this.#thread.on('exit', () => {
      this.#failure ??= new Error('the reading thread ended');
      this.#wake();
    });
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
  }

  async next(): Promise<Batch | undefined> {
    for (;;) {
      const message = await this.#message();
      if ('ended' in message) return undefined;
      if ('problem' in message) throw asError(message.problem);
      if ('batch' in message) {
        this.#thread.postMessage({ wanted: this.#wanted } satisfies ToThread);
        return message.batch;
      }
      const differing = await this.#compare(message.asked);
      this.#thread.postMessage({ differing } satisfies ToThread);
    }
  }

  async #message(): Promise<FromThread> {
    while (this.#arrived.length === 0) {
      if (this.#failure) throw readable(this.#failure);
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    return this.#arrived.shift()!;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}

function asError({ code, details, message }: Extract<FromThread, { problem: unknown }>['problem']): Error {
  if (code !== 'INTERNAL' && Object.hasOwn(errors, code)) return new SummitError(code as ErrorCode, details);
  return new Error(message);
}

function readable(error: Error): Error {
  if ((error as { code?: string }).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new SummitError(
    'FILE_DAMAGED',
    { problem: `reading it needs more than ${HEAP_MB} MB of memory` },
    error,
  );
}
