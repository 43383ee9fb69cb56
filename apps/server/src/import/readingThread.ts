/**
 * The thread that reads, normalises and hashes while the main thread drives Postgres: on two cores the database is then the
 * only limit. Rows leave as bytes that change hands without a copy.
 */
import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { SummitError } from '@summit/process/errors';
import { ontology, type SchemaDefinition } from '../ontology/ontology.ts';
import { type Batch, Gathering } from './batch.ts';
import { readOptions, withConventions } from './conventions.ts';
import type { ReadSettings } from './import.ts';
import { parseMapping } from './mapping.ts';
import { Preparer, type Preparing } from './prepare.ts';
import { readerOf } from './readers.ts';
import type { SourceFile } from './source.ts';

export interface ReadingOptions extends Omit<Preparing, 'ontology'> {
  path: string;
  bytes: number;
  filename: string;
  format: string;
  mapping?: string | undefined;
  /** The tenant's own types. */
  types: SchemaDefinition[];
  options: ReadSettings;
  /** Source objects settled already. */
  skip: number;
  withIds: boolean;
}

/** From the main thread: how many facts the next batches are to hold, and that one more may be sent. */
export interface Wanted {
  facts: number;
}

export type FromThread =
  | { batch: Batch }
  | { ended: true }
  | { problem: { code: string; details: Record<string, unknown>; message: string } };

/** Batches on their way: the reader is ahead of the database by this many at most. */
export const AHEAD = 2;

/** A slow source gives what it has after this long, so that progress shows. */
const WAIT_MS = 500;

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

  let bytesRead = 0;
  const file: SourceFile = {
    name: options.filename,
    bytes: options.bytes,
    path: options.path,
    async *open() {
      bytesRead = 0;
      for await (const chunk of createReadStream(options.path, { highWaterMark: 256 * 1024 })) {
        bytesRead += chunk.length;
        yield chunk;
      }
    },
  };
  const known = options.types.length > 0 ? ontology.extend(options.types) : ontology;
  const gathering = new Gathering(
    new Preparer({ ...options, ontology: known }),
    options.skip,
    options.withIds,
  );

  const send = async () => {
    while (credit === 0) await new Promise<void>((done) => (wake = done));
    credit--;
    const batch = gathering.take(bytesRead);
    port.postMessage({ batch }, [batch.records.buffer, batch.links.buffer]);
  };

  const reader = await readerOf(options.format);
  const read = reader.read(file, {
    ...readOptions(options.options),
    ...(options.mapping && {
      mapping: withConventions(parseMapping(options.mapping, options.filename), options.options),
    }),
    ontology: known,
    skip: options.skip,
  });
  let since = performance.now();
  let seen = 0;
  for await (const object of read) {
    gathering.add(object);
    if (gathering.isFull(facts) || (++seen % 64 === 0 && performance.now() - since > WAIT_MS)) {
      await send();
      since = performance.now();
    }
  }
  if (!gathering.isEmpty) await send();
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
