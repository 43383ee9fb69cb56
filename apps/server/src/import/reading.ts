import { Worker } from 'node:worker_threads';
import { type ErrorCode, errors, SummitError } from '@summit/process/errors';
import type { Batch } from './batch.ts';
import type { FromThread, ReadingOptions, Wanted } from './readingThread.ts';

/** Memory of the reading thread; what needs more is a hostile file, and only its import ends. */
const HEAP_MB = 192;

/** The batches of one file, read in a thread of its own. `want` says how many facts the coming ones are to hold. */
export class ReadAhead {
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

  /** Milliseconds spent waiting for the reader are the caller's to measure. Throws what the reader threw. */
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
