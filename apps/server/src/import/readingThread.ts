/**
 * The thread that reads, normalises and hashes while the main thread drives Postgres: on two cores the database is then the
 * only limit. Rows leave as bytes that change hands without a copy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SummitError } from '@summit/process/errors';
import type { Batch } from './batch.ts';
import { type ReadingOptions, readBatches } from './readBatches.ts';

/** From the main thread: how many facts the next batches are to hold, and that one more may be sent. */
export interface Wanted {
  facts: number;
}

export type FromThread =
  | { batch: Batch }
  | { ended: true }
  | { problem: { code: string; details: Record<string, unknown>; message: string } };

/** Batches on their way: the reader is ahead of the database by this many at most. */
const AHEAD = 2;

async function run(options: ReadingOptions): Promise<void> {
  const port = parentPort!;
  let credit = AHEAD;
  let facts = 1_000;
  let wake = () => {};
  port.on('message', (wanted: Wanted) => {
    facts = wanted.facts;
    credit++;
    wake();
  });
  for await (const batch of readBatches(options, () => facts)) {
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
