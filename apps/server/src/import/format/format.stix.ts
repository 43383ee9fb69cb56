/** STIX 2.1: a bundle of any size, a list of objects, or one object. */
import { ontology as defaultOntology } from '../../ontology/ontology.ts';
import { countRepeats } from '../countRepeats.ts';
import { reject } from '../rejecting.ts';
import {
  type FormatReader,
  limits,
  type ReadOptions,
  type SourceFile,
  type SourceObject,
  type SourceRef,
} from '../source.ts';
import { readBytes } from './bytes.ts';
import { type JsonObject, parseJsonRow } from './jsonLines.ts';
import { type JsonPiece, sliceJson } from './jsonStream.ts';
import { Markings, stixFacts, stixVersion } from './stixFacts.ts';
import { isObject, stixProblem } from './stixRules.ts';
import { parseLoosely } from './strictJson.ts';
import { asUtf8 } from './textEncoding.ts';

export const stixReader: FormatReader = {
  format: 'stix',
  async *read(file, options) {
    const ontology = options.ontology ?? defaultOntology;
    const markings = new Markings();
    const newest = await newestVersions(file, options, markings);
    const skip = options.skip ?? 0;
    let row = 0;
    const seen = new Set<string>();
    for await (const item of readObjects(file, options)) {
      row++;
      if (options.sample !== undefined && row > options.sample) return;
      if (row <= skip) {
        if (item.object !== undefined && newest.size > 0) isSuperseded(item.object, newest, seen);
        continue;
      }
      const ref = { row, ...item.ref };
      if (item.reject !== undefined) yield { ...item.reject, ref };
      else yield judge(item.object!, ref, item.raw);
    }

    function judge(object: JsonObject, ref: SourceRef, raw: Buffer): SourceObject {
      if (object.type === 'bundle') {
        const { objects: _, ...values } = object;
        return { fate: 'metadata', ref, about: 'bundle', values, marking: 'usual' };
      }
      const marking = () => {
        const told = markings.told(object);
        return told && { marking: told };
      };
      const problem = stixProblem(object);
      if (problem !== undefined) return { ...reject(ref, 'INVALID_OBJECT', problem, raw), ...marking() };
      const { type, id } = object as { type: string; id: string };
      if (isSuperseded(object, newest, seen)) {
        return { fate: 'superseded', ref, sourceKey: id, version: stixVersion(object) ?? '', ...marking() };
      }
      if (type === 'extension-definition' || type === 'language-content') {
        return { fate: 'metadata', ref, about: id, values: object, ...marking() };
      }
      return { fate: 'rows', ref, rows: stixFacts(object, markings, ontology) };
    }
  },
};

interface StixItem {
  ref: SourceRef;
  raw: Buffer;
  object?: JsonObject;
  reject?: SourceObject & { fate: 'reject' };
}

/** Every object of the file; of a bundle its objects, then the bundle itself without them. */
async function* readObjects(
  file: SourceFile,
  options: ReadOptions,
  parse: typeof parseJsonRow = parseJsonRow,
): AsyncGenerator<StixItem> {
  const bounds = { ...limits, ...options.limits };
  const members: JsonPiece[] = [];
  let container: string | undefined | null = null;
  for await (const pieces of sliceJson(asUtf8(readBytes(file, options)), 'objects', bounds.rowBytes)) {
    for (const piece of pieces) {
      if (piece.kind === 'array') container = piece.key;
      else if (piece.kind === 'member') members.push(piece);
      else {
        const path = container === undefined ? `/${piece.index}` : `/objects/${piece.index}`;
        const ref = { byteOffset: piece.offset, byteLength: piece.length, path };
        if (piece.tooLong) {
          const reason = `the object is longer than ${bounds.rowBytes} bytes`;
          yield { ref, raw: piece.bytes, reject: reject(ref, 'ROW_TOO_LONG', reason, piece.bytes) };
        } else yield { raw: piece.bytes, ...parse(piece.bytes, ref, bounds.depth) };
      }
    }
  }
  if (container === undefined) return;
  // The root object is the bundle around its objects, or the one object that the file holds.
  const parts = members.map((piece) =>
    piece.kind === 'member' ? `${JSON.stringify(piece.key)}:${piece.bytes.toString('utf8')}` : '',
  );
  const raw = Buffer.from(`{${parts.join(',')}}`);
  const whole = parseJsonRow(raw, { byteOffset: 0, path: '' }, bounds.depth);
  yield { raw, ...whole };
}

/** For the first pass, which only learns ids; the second one judges. */
function lookAtRow(bytes: Buffer, ref: SourceRef, depth: number): ReturnType<typeof parseJsonRow> {
  const object = parseLoosely(bytes.toString('utf8'), depth);
  return typeof object === 'object' && object !== null ? { ref, object: object as JsonObject } : { ref };
}

/** Of ids that stand in the file more than once: the latest version, and how often it occurs. */
async function newestVersions(
  file: SourceFile,
  options: ReadOptions,
  markings: Markings,
): Promise<Map<string, string>> {
  const repeats = await countRepeats(file, options, async (see) => {
    for await (const { object } of readObjects(file, options, lookAtRow)) {
      if (object === undefined || typeof object.id !== 'string') continue;
      see(object.id);
      if (object.type === 'marking-definition') markings.learn(object);
    }
  });
  const newest = new Map<string, string>();
  if (repeats.none) return newest;
  for await (const { object } of readObjects(file, options)) {
    if (!isObject(object) || typeof object.id !== 'string' || stixProblem(object) !== undefined) continue;
    if (repeats.count(repeats.slot(object.id)) === undefined) continue;
    const version = stixVersion(object) ?? '';
    if (version >= (newest.get(object.id) ?? '')) newest.set(object.id, version);
  }
  return newest;
}

/** An older version, or the same one again. */
function isSuperseded(object: JsonObject, newest: Map<string, string>, seen: Set<string>): boolean {
  const id = object.id as string;
  const latest = newest.get(id);
  if (latest === undefined) return false;
  if ((stixVersion(object) ?? '') !== latest || seen.has(id)) return true;
  seen.add(id);
  return false;
}
