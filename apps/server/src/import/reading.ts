import { Worker } from 'node:worker_threads';
import { type ErrorCode, errors, SummitError } from '@summit/process/errors';
import type { Batch } from './batch.ts';
import { type ReadingOptions, readBatches } from './readBatches.ts';
import type { FromThread, Wanted } from './readingThread.ts';

/** Memory of the reading thread; what needs more is a hostile file, and only its import ends. */
const HEAP_MB = 192;

/** A thread takes half a second of processor time to start: files up to this size are read without one. */
const ALONGSIDE_BYTES = 256 * 1024;
/** Packed, the same file may hold much more. */
const ALONGSIDE_PACKED_BYTES = 16 * 1024;

/** The batches of one file. `want` says how many facts the coming ones are to hold. */
export interface Reading {
  want(facts: number): void;
  /** Throws what the reader threw. */
  next(): Promise<Batch | undefined>;
  close(): Promise<void>;
}

export function openReading(options: ReadingOptions): Reading {
  const packed = options.format === 'xlsx' || options.filename.toLowerCase().endsWith('.gz');
  return options.bytes <= (packed ? ALONGSIDE_PACKED_BYTES : ALONGSIDE_BYTES)
    ? new ReadAlongside(options)
    : new ReadAhead(options);
}

/** Reads between the database's answers. */
class ReadAlongside implements Reading {
  readonly #batches: AsyncGenerator<Batch>;
  #facts = 1_000;

  constructor(options: ReadingOptions) {
    this.#batches = readBatches(options, () => this.#facts);
  }

  want(facts: number): void {
    this.#facts = facts;
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
  #facts = 1_000;

  constructor(options: ReadingOptions) {
    this.#thread = new Worker(new URL('./readingThread.ts', import.meta.url), {
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 48 },
      name: 'import-reader',
      env: {},
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

  want(facts: number): void {
    this.#facts = facts;
  }

  async next(): Promise<Batch | undefined> {
    while (this.#arrived.length === 0) {
      if (this.#failure) throw readable(this.#failure);
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    const message = this.#arrived.shift()!;
    if ('ended' in message) return undefined;
    if ('problem' in message) throw asError(message.problem);
    this.#thread.postMessage({ facts: this.#facts } satisfies Wanted);
    return message.batch;
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
