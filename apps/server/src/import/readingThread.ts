/**
 * The thread that reads, normalises and hashes while the main thread drives Postgres: on two cores the database is then the
 * only limit. Rows leave as bytes that change hands without a copy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SummitError } from '@summit/process/errors';
import type { Batch } from './batch.ts';
import type { Asked } from './keys.ts';
import { FIRST_WANTED, type ReadingOptions, readBatches, type Wanted } from './readBatches.ts';
import type { Differing } from './standing.ts';

/** From the main thread: what the next batches are to be, and that one more may be sent; or the answer to the oldest question. */
export type ToThread = { wanted: Wanted } | { differing: Differing };

export type FromThread =
  | { batch: Batch }
  | { asked: Asked }
  | { ended: true }
  | { problem: { code: string; details: Record<string, unknown>; message: string } };

/** Batches on their way: the reader is ahead of the database by this many at most. */
const AHEAD = 2;

async function run(options: ReadingOptions): Promise<void> {
  const port = parentPort!;
  let credit = AHEAD;
  let wanted = FIRST_WANTED;
  let wake = () => {};
  const waiting: ((differing: Differing) => void)[] = [];
  port.on('message', (message: ToThread) => {
    if ('differing' in message) {
      waiting.shift()!(message.differing);
      return;
    }
    wanted = message.wanted;
    credit++;
    wake();
  });
  const compare = (asked: Asked) => {
    port.postMessage({ asked } satisfies FromThread);
    return new Promise<Differing>((answer) => waiting.push(answer));
  };
  for await (const batch of readBatches(options, () => wanted, compare)) {
    while (credit === 0) await new Promise<void>((done) => (wake = done));
    credit--;
    port.postMessage({ batch }, [batch.records.buffer, batch.links.buffer]);
  }
}

if (parentPort) {
  try {
    await run(workerData as ReadingOptions);
    parentPort.postMessage({ ended: true } satisfies FromThread);
  } catch (error) {
    const { message } = error as Error;
    const problem =
      error instanceof SummitError
        ? { code: error.code, details: error.details, message }
        : { code: 'INTERNAL', details: {}, message: String((error as Error).stack ?? message) };
    parentPort.postMessage({ problem } satisfies FromThread);
  }
  parentPort.close();
}
