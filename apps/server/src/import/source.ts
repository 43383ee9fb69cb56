/**
 * The port between format readers and the import engine. A reader turns a file into source objects, in file order;
 * each source object has exactly one fate. Readers never touch the database and hold bounded memory.
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Ontology } from '../ontology/ontology.ts';
import type { Marking } from '../tenant/marking.ts';
import type { Mapping } from './mapping/mapping.ts';

/** Where in the kept (decompressed) file a source object stands: enough to open that very row again. */
export interface SourceRef {
  /** 1-based number of the source object, header not counted. */
  row?: number;
  /** 1-based physical line on which it starts, for text formats. */
  line?: number;
  /** Offset of its first byte in the decompressed file, and its length. */
  byteOffset?: number;
  byteLength?: number;
  /** Where inside a container: a JSON pointer, an XML element path, a sheet name. */
  path?: string;
  /** The other rows that were united into this fact (fragments of one id); at most 20 are listed. */
  also?: SourceRef[];
}

const rejectCodes = [
  'BAD_ENCODING', // bytes that are not valid in the file's encoding
  'BAD_SYNTAX', // the row is not CSV, JSON or XML
  'UNCLOSED_QUOTE',
  'ROW_TOO_LONG', // above limits.rowBytes; skipped in constant memory
  'TOO_MANY_COLUMNS',
  'COLUMN_COUNT', // more cells than the header names
  'NUL_BYTE', // Postgres cannot store U+0000
  'LONE_SURROGATE', // not a Unicode text
  'TOO_DEEP',
  'DUPLICATE_KEY', // a JSON object names one key twice, or two XML nodes share an id
  'NUMBER_RANGE', // a number that JavaScript would turn into Infinity or round silently
  'NOT_AN_OBJECT',
  'MISSING_ID',
  'UNKNOWN_SCHEMA',
  'INVALID_OBJECT', // breaks the rules of its format, the reason says which
  'END_MISSING', // a relationship without one of its ends
  'INCOMPATIBLE_FRAGMENTS', // two fragments of one id whose schemata have no common heir
  'NOTHING_MAPPED', // no key of the mapping is filled in this row
  'MARKING_ABOVE_CLEARANCE', // its importer could not see the fact
  'NOT_STORABLE', // the database itself refuses the row, the reason says what it says
] as const;
export type RejectCode = (typeof rejectCodes)[number];

export type WarningCode =
  | 'NESTED_GRAPH'
  | 'PORT'
  | 'HYPEREDGE'
  | 'END_MISSING'
  | 'UNKNOWN_MARKING'
  | 'UNKNOWN_SCHEMA'
  | 'INCOMPATIBLE_FRAGMENTS'
  | 'ROWS_UNITED'
  | 'DUPLICATE_COLUMN'
  | 'UNKNOWN_PROPERTY'
  | 'VALUE_NOT_UNDERSTOOD'
  | 'OUTSIDE_REFERENCE_IN_XML'
  | 'SKIPPED_ELEMENT';
export interface Warning {
  code: WarningCode;
  detail: string;
}

export type Props = Record<string, string[]>;

interface FactBase {
  /** Key of this fact inside its dataset; `identify.ts` makes the id from it. */
  sourceKey: string;
  props: Props;
  /** Where this fact stands, when that is not (only) the object that carries it: `also` lists united fragments. */
  ref?: SourceRef;
  marking?: Marking;
  /** ISO 8601 with the precision of the source: `2019`, `2019-05`, `2019-05-03`, `2019-05-03T10:00:00Z`. */
  validFrom?: string;
  validTo?: string;
  /**
   * Version of the object where its format has one (STIX `modified`), comparable as text. The engine keeps the stored
   * row when its version is later than this one and counts the source object as superseded. Inside one file the
   * reader has already decided, in any order of arrival.
   */
  version?: string;
  /**
   * Readers unite the fragments of one id before they yield the fact. Only when that would not fit in memory do they
   * yield parts, marked so: the engine unites such a part with the stored row (values as sets, the more specific
   * schema), never replaces it.
   */
  fragment?: true;
}
export interface RecordFact extends FactBase {
  kind: 'record';
  schema: string;
  caption: string;
  /** Position on a chart, where the file has one (GraphML, GEXF). */
  position?: { x: number; y: number };
  /** Revoked or deprecated at the source: stored, flagged, hidden by the default filter. */
  hidden?: true;
}
export interface LinkFact extends FactBase {
  /** A reference is derived from a property (`schema:property`); it is counted apart and off on the chart. */
  kind: 'relationship' | 'reference';
  type: string;
  /** Source keys of the ends, in this dataset; whether they exist is derived on read. */
  source: string;
  target: string;
  directed: boolean;
  caption?: string;
  hidden?: true;
}
export type Fact = RecordFact | LinkFact;
export type { Marking };

/**
 * Marking of an object that becomes no fact; `usual` when it says none, so that its dataset's holds. Left out it cannot be told:
 * in a file whose objects say markings it may then be the highest.
 */
export type ToldMarking = Marking | 'usual';

/**
 * One object of the source with its one fate. Every object counts as one of `rows` in the result, except a notice.
 * `rows` may be empty: the object is a fragment whose values come with a later object; that fact's `ref.also` lists it.
 */
export type SourceObject = { ref: SourceRef; warnings?: Warning[] } & (
  | { fate: 'rows'; rows: Fact[] }
  /** `raw` is the row's own text (at most 64 KiB of it, invalid bytes as U+FFFD), to be edited and retried. */
  | { fate: 'reject'; code: RejectCode; reason: string; raw: string; marking?: ToldMarking }
  /** Says something about the dataset, not about the world (STIX bundle, extension-definition, language-content). */
  | { fate: 'metadata'; about: string; values: Record<string, unknown>; marking?: ToldMarking }
  /** An older version of an object that also stands in this file. */
  | { fate: 'superseded'; sourceKey: string; version: string; marking?: ToldMarking }
  /**
   * Not a source object and not counted: warnings, or the facts of an id whose last fragment proved unusable.
   */
  | { fate: 'notice'; rows: Fact[] }
);

/** A file that can be read again from its start: several readers look twice (versions, fragments, repeated rows). */
export interface SourceFile {
  name: string;
  bytes: number;
  /** The bytes as stored; gzip is undone by the reader. */
  open(): AsyncIterable<Uint8Array>;
  /** Present when the file lies on a disk; XLSX needs random access. */
  path?: string;
}

export const formats = ['ftm', 'stix', 'csv', 'ndjson', 'json', 'xlsx', 'graphml', 'gexf'] as const;
export type Format = (typeof formats)[number];

/** Encodings of tables; all but UTF-16 keep ASCII as it is. Guessed are UTF-8, UTF-16 and windows-1252. */
export const encodings = [
  ...(['utf-8', 'utf-16le', 'utf-16be', 'latin1', 'windows-1252', 'windows-1250', 'windows-1251'] as const),
  ...(['windows-1253', 'windows-1254', 'windows-1256', 'iso-8859-2', 'iso-8859-5', 'iso-8859-15'] as const),
  ...(['koi8-r', 'koi8-u', 'shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'big5'] as const),
] as const;
export type Encoding = (typeof encodings)[number];

export interface ReadOptions {
  /** How rows become facts; needed by csv, ndjson, json and xlsx. `guessMapping` makes one. */
  mapping?: Mapping;
  /** The tenant's ontology, the default one when left out. */
  ontology?: Ontology;
  /** Resume: this many source objects (notices not counted) were settled already; they are not yielded again. */
  skip?: number;
  /** Read only so many source objects, once, without uniting fragments: for a look at a file. */
  sample?: number;
  encoding?: Encoding;
  delimiter?: string;
  /** How dates and numbers are written; overrides the mapping. */
  dates?: 'iso' | 'dmy' | 'mdy';
  decimal?: 'point' | 'comma';
  sheet?: string;
  signal?: AbortSignal;
  limits?: Partial<typeof limits>;
}

export interface FormatReader {
  format: Format;
  /** Throws a SummitError when the file as a whole cannot be read; a bad row is a reject. */
  read(file: SourceFile, options: ReadOptions): AsyncIterable<SourceObject>;
}

/** Bounds of every reader. Bytes are of decompressed input. */
export const limits = {
  rowBytes: 4 * 1024 * 1024,
  rawBytes: 64 * 1024,
  columns: 4_096,
  depth: 64,
  /** Held fragments and repeated rows, estimated. */
  heldBytes: 64 * 1024 * 1024,
  /** A gzip or zip member may unpack to this multiple of its packed size once it is above ratioFloorBytes. */
  unpackRatio: 200,
  ratioFloorBytes: 64 * 1024 * 1024,
  unpackedBytes: 64 * 1024 * 1024 * 1024,
  xlsxBytes: 100 * 1024 * 1024,
  zipEntries: 10_000,
};

/** A source from a file on disk. */
export function sourceFromPath(path: string, bytes: number, name = basename(path)): SourceFile {
  return { name, bytes, path, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

/** A source from bytes in memory, cut into chunks of the given size. */
export function sourceFromBytes(name: string, content: Uint8Array, chunkBytes = 64 * 1024): SourceFile {
  return {
    name,
    bytes: content.length,
    async *open() {
      for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
    },
  };
}
