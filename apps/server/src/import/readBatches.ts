import { createReadStream } from 'node:fs';
import { ontology, type SchemaDefinition } from '../ontology/ontology.ts';
import { type Batch, Gathering } from './batch.ts';
import { Comparing } from './comparing.ts';
import { readOptions, withConventions } from './format/conventions.ts';
import { readerOf } from './format/readers.ts';
import { saysMarkings } from './format/saysMarkings.ts';
import type { ReadSettings } from './import.ts';
import type { Asked } from './keys.ts';
import { parseMapping } from './mapping/mapping.ts';
import { Preparer, type Preparing } from './prepare.ts';
import type { SourceFile } from './source.ts';
import type { Differing } from './standing.ts';

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

/** What the next batch is to be. */
export interface Wanted {
  /** About how many it is to hold. */
  facts: number;
  /** Whether most of them stand already, so that this is asked first. */
  compared: boolean;
}

export const FIRST_WANTED: Wanted = { facts: 1_000, compared: false };

/** The file as batches of at least one source object. With `compare` it is asked which facts differ from those that stand. */
export async function* readBatches(
  options: ReadingOptions,
  wanted: () => Wanted,
  compare?: (asked: Asked) => Promise<Differing>,
): AsyncGenerator<Batch> {
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
  const mapping =
    options.mapping === undefined
      ? undefined
      : withConventions(parseMapping(options.mapping, options.filename), options.options);
  const known = options.types.length > 0 ? ontology.extend(options.types) : ontology;
  const preparer = new Preparer({ ...options, ontology: known });
  const says = saysMarkings(options.format, mapping);
  const gathering = new Gathering(preparer, options.skip, options.withIds, says);
  const reader = await readerOf(options.format);
  const read = reader.read(file, {
    ...readOptions(options.options),
    ...(mapping && { mapping }),
    ontology: known,
    skip: options.skip,
  });
  let since = performance.now();
  let seen = 0;
  let reached = 0;
  const begin = () => (compare && wanted().compared ? new Comparing(preparer) : gathering);
  let into: Gathering | Comparing = begin();
  /** The batch that waits for its answer while the next one is read. */
  let asked: { comparing: Comparing; differing: Promise<Differing>; bytesRead: number } | undefined;
  let changing: ReadonlySet<string> = new Set();
  const answered = async function* () {
    if (asked === undefined) return;
    const { comparing, differing, bytesRead: until } = asked;
    asked = undefined;
    changing = comparing.handOn(gathering, await differing, changing);
    yield gathering.take(until);
  };
  const settle = async function* (until: number) {
    if (into instanceof Gathering) yield into.take(until);
    else {
      const next = { comparing: into, differing: compare!(into.asked()), bytesRead: until };
      yield* answered();
      asked = next;
    }
    into = begin();
    if (into === gathering) yield* answered();
  };
  for await (const object of read) {
    into.add(object);
    reached = object.ref?.byteOffset ?? bytesRead;
    if (into.isFull(wanted().facts) || (++seen % 64 === 0 && performance.now() - since > WAIT_MS)) {
      // The file is read ahead of its rows; of a packed one only how far it was read is known.
      yield* settle(Math.min(bytesRead, reached));
      since = performance.now();
    }
  }
  if (!into.isEmpty) yield* settle(bytesRead);
  yield* answered();
}
