import { createReadStream } from 'node:fs';
import { ontology, type SchemaDefinition } from '../ontology/ontology.ts';
import { type Batch, Gathering } from './batch.ts';
import { readOptions, withConventions } from './conventions.ts';
import type { ReadSettings } from './import.ts';
import { parseMapping } from './mapping.ts';
import { Preparer, type Preparing } from './prepare.ts';
import { readerOf } from './readers.ts';
import { saysMarkings } from './saysMarkings.ts';
import type { SourceFile } from './source.ts';

export interface ReadingOptions extends Omit<Preparing, 'ontology'> {
  path: string;
  /** As stored, packed or not. */
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

/** A slow source gives what it has after this long, so that progress shows. */
const WAIT_MS = 500;

/** The file as batches of at least one source object and about `facts()` facts. */
export async function* readBatches(options: ReadingOptions, facts: () => number): AsyncGenerator<Batch> {
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
    saysMarkings(options),
  );
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
  let reached = 0;
  for await (const object of read) {
    gathering.add(object);
    reached = object.ref?.byteOffset ?? bytesRead;
    if (gathering.isFull(facts()) || (++seen % 64 === 0 && performance.now() - since > WAIT_MS)) {
      // The file is read ahead of its rows; of a packed one only how far it was read is known.
      yield gathering.take(Math.min(bytesRead, reached));
      since = performance.now();
    }
  }
  if (!gathering.isEmpty) yield gathering.take(bytesRead);
}
