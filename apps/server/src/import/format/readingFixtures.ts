/** What tests of readers share: the reference files, sources from text, and everything that a reader yields. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder } from '@summit/process/referenceFiles';
import {
  type Fact,
  type FormatReader,
  type ReadOptions,
  type SourceFile,
  type SourceObject,
  sourceFromBytes,
  sourceFromPath,
} from '../source.ts';

/** A reference file; fails loudly when it is not there. */
export function referencePath(path: string): string {
  const full = join(referenceFolder, path);
  if (!existsSync(full))
    throw new Error(`${full} is missing; set SUMMIT_SHARED_DATA to the folder of reference files`);
  return full;
}

export function reference(path: string): SourceFile {
  const full = referencePath(path);
  return sourceFromPath(full, statSync(full).size);
}

export function written(name: string, content: string | Uint8Array, chunkBytes?: number): SourceFile {
  return sourceFromBytes(name, typeof content === 'string' ? Buffer.from(content) : content, chunkBytes);
}

export async function readAll(
  reader: FormatReader,
  file: SourceFile,
  options: ReadOptions = {},
): Promise<SourceObject[]> {
  const objects: SourceObject[] = [];
  for await (const object of reader.read(file, options)) objects.push(object);
  return objects;
}

export interface Counts {
  rows: number;
  record: number;
  relationship: number;
  reference: number;
  rejects: Record<string, number>;
  warnings: Record<string, number>;
  metadata: number;
  superseded: number;
  facts: Fact[];
}

export function count(objects: SourceObject[]): Counts {
  const counts: Counts = {
    ...{ rows: 0, record: 0, relationship: 0, reference: 0, metadata: 0, superseded: 0 },
    ...{ rejects: {}, warnings: {}, facts: [] },
  };
  for (const object of objects) {
    if (object.fate !== 'notice') counts.rows++;
    for (const { code } of object.warnings ?? []) counts.warnings[code] = (counts.warnings[code] ?? 0) + 1;
    if (object.fate === 'reject') counts.rejects[object.code] = (counts.rejects[object.code] ?? 0) + 1;
    else if (object.fate === 'metadata' || object.fate === 'superseded') counts[object.fate]++;
    else {
      for (const fact of object.rows) counts[fact.kind]++;
      counts.facts.push(...object.rows);
    }
  }
  return counts;
}

export async function countAll(
  reader: FormatReader,
  file: SourceFile,
  options: ReadOptions = {},
): Promise<Counts> {
  return count(await readAll(reader, file, options));
}

/** Milliseconds of processor time so far: what a test may bound on a machine that others use too. */
