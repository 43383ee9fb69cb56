/** Source objects gathered until they make one transaction. */
import { HIGHEST_MARKING, markingRank } from '../tenant/marking.ts';
import { KeyList } from './keys.ts';
import { jsonCell, type Key, type Preparer, Unfit } from './prepare.ts';
import type { Fact, SourceObject, SourceRef, ToldMarking, WarningCode } from './source.ts';
import type { Stood, View } from './standing.ts';

/** Details kept of each kind of warning; the count goes on. */
const DETAILS = 20;
/** The row of a reject is kept up to this length. */
const RAW_MOST = 64 * 1024;
/** Text of one batch, in characters: rows may be megabytes each. */
export const TEXT_MOST = 4 * 1024 * 1024;
const REJECTS_MOST = 500;

export interface RejectedRow {
  row: number | null;
  line: number | null;
  byteOffset: number | null;
  code: string;
  reason: string;
  raw: string;
  /** Rank; the highest where it cannot be told. */
  marking: number;
}
export type Warnings = Partial<Record<WarningCode | 'METADATA', { count: number; details: string[] }>>;

/** What the reading thread hands to the database side. */
export interface Batch {
  /** Source objects settled with and before this batch: the checkpoint. */
  upTo: number;
  rows: number;
  records: Uint8Array<ArrayBuffer>;
  links: Uint8Array<ArrayBuffer>;
  recordCount: number;
  relationshipCount: number;
  referenceCount: number;
  /** Facts that are not among the rows: they were found standing as the file says them. */
  standing: Record<Fact['kind'], number>;
  /** Which they are: they must still stand when they are counted. */
  stood: Stood;
  /** Rank of the highest marking among them. */
  marking: number;
  /** The same of everything read: rejects, older versions and what the file says about itself too. */
  readMarking: number;
  /** Ids of all facts, when asked for (replace). */
  ids: string[];
  /** Parts of facts that are united with what is stored. */
  parts: { fact: Fact; ref: SourceRef }[];
  rejects: RejectedRow[];
  warnings: Warnings;
  metadata: { about: string; values: Record<string, unknown>; marking: number }[];
  superseded: number;
  /** Of the stored file, in the current pass over it. */
  bytesRead: number;
}

export class Gathering {
  readonly #preparer: Preparer;
  readonly #withIds: boolean;
  /** Rank of what says no marking that can be told. */
  readonly #untold: number;
  #upTo: number;
  #rows = 0;
  #chars = 0;
  #marking = 0;
  #readMarking = 0;
  #records = new Map<string, string>();
  #relationships = new Map<string, string>();
  #references = new Map<string, string>();
  #stood = { records: new KeyList(), links: new KeyList() };
  #view: View | undefined;
  #batch = emptyParts();

  /**
   * @param settled source objects that earlier batches settled.
   * @param saysMarkings whether objects of the file may say markings of their own.
   */
  constructor(preparer: Preparer, settled: number, withIds: boolean, saysMarkings: boolean) {
    this.#preparer = preparer;
    this.#untold = saysMarkings ? HIGHEST_MARKING : preparer.usualMarking;
    this.#upTo = settled;
    this.#withIds = withIds;
  }

  get facts(): number {
    return this.#records.size + this.#relationships.size + this.#references.size + this.#batch.parts.length;
  }

  get isEmpty(): boolean {
    return this.#rows === 0 && this.facts === 0 && Object.keys(this.#batch.warnings).length === 0;
  }

  isFull(facts: number): boolean {
    return (
      this.facts >= facts ||
      this.#rows >= 5_000 ||
      this.#chars >= TEXT_MOST ||
      this.#batch.rejects.length >= REJECTS_MOST
    );
  }

  /** On which those stand that are added next as standing. */
  standOn(view: View | undefined): void {
    this.#view = view;
  }

  /** @param standing its facts, when all of them were found standing as the object says them. */
  add(object: SourceObject, standing?: readonly Key[]): void {
    if (object.fate !== 'notice') {
      this.#rows++;
      this.#upTo++;
    }
    for (const { code, detail } of object.warnings ?? []) warn(this.#batch.warnings, code, detail);
    switch (object.fate) {
      case 'reject':
        this.#reject(object.ref, object.code, object.reason, object.raw, this.#rankOf(object.marking));
        break;
      case 'superseded':
        this.#batch.superseded++;
        this.#saw(this.#rankOf(object.marking));
        break;
      case 'metadata':
        this.#metadata(object);
        break;
      default:
        if (standing === undefined) this.#facts(object.rows, object.ref);
        else this.#stand(standing);
    }
  }

  #stand(keys: readonly Key[]): void {
    for (const key of keys) {
      this.#batch.standing[key.kind]++;
      this.#marking = Math.max(this.#marking, key.marking);
      this.#stood[key.kind === 'record' ? 'records' : 'links'].add(key);
    }
  }

  #rankOf(told: ToldMarking | undefined): number {
    if (told === undefined) return this.#untold;
    return told === 'usual' ? this.#preparer.usualMarking : markingRank(told);
  }

  #saw(marking: number): void {
    this.#readMarking = Math.max(this.#readMarking, marking);
  }

  #metadata({ about, values, ref, marking }: Extract<SourceObject, { fate: 'metadata' }>): void {
    const rank = this.#rankOf(marking);
    this.#saw(rank);
    try {
      this.#chars += jsonCell([about, values]).length;
      this.#batch.metadata.push({ about, values, marking: rank });
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      this.#reject(ref, error.code, error.message, JSON.stringify(values), rank);
    }
  }

  #facts(facts: readonly Fact[], ref: SourceRef): void {
    try {
      // Prepared as a whole before any is taken: a source object has one fate.
      const prepared = facts.map((fact) => {
        if (!fact.fragment)
          return fact.kind === 'record' ? this.#preparer.record(fact, ref) : this.#preparer.link(fact, ref);
        this.#preparer.mustBeCleared(fact);
        return undefined;
      });
      facts.forEach((fact, at) => {
        const row = prepared[at];
        if (row === undefined) {
          this.#batch.parts.push({ fact, ref });
          this.#saw(this.#preparer.markingOf(fact));
        } else {
          this.#of(fact.kind).set(row.id, row.line);
          this.#chars += row.line.length;
          this.#marking = Math.max(this.#marking, row.marking);
        }
      });
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      const marking = Math.max(...facts.map((fact) => this.#preparer.markingOf(fact)));
      this.#reject(ref, error.code, error.message, JSON.stringify(facts[0]?.props ?? {}), marking);
    }
  }

  #of(kind: Fact['kind']): Map<string, string> {
    if (kind === 'record') return this.#records;
    return kind === 'reference' ? this.#references : this.#relationships;
  }

  #reject(ref: SourceRef, code: string, reason: string, raw: string, marking: number): void {
    this.#saw(marking);
    const kept = raw.length > RAW_MOST ? raw.slice(0, RAW_MOST) : raw;
    this.#chars += kept.length;
    // Postgres cannot store U+0000; shown as its picture, it stays visible.
    const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\u2400');
    this.#batch.rejects.push({
      row: ref.row ?? null,
      line: ref.line ?? null,
      byteOffset: ref.byteOffset ?? null,
      code,
      reason: storable(reason).slice(0, 1000),
      raw: storable(kept),
      marking,
    });
  }

  /** The batch, and an empty gathering for the next one. */
  take(bytesRead: number): Batch {
    const batch: Batch = {
      ...this.#batch,
      upTo: this.#upTo,
      rows: this.#rows,
      records: bytesOf(this.#records),
      links: bytesOf(this.#relationships, this.#references),
      recordCount: this.#records.size,
      relationshipCount: this.#relationships.size,
      referenceCount: this.#references.size,
      stood: {
        records: this.#stood.records.keys(),
        links: this.#stood.links.keys(),
        view: this.#view,
      },
      marking: this.#marking,
      readMarking: Math.max(this.#readMarking, this.#marking),
      ids: this.#withIds
        ? [
            ...this.#records.keys(),
            ...this.#relationships.keys(),
            ...this.#references.keys(),
            ...this.#batch.parts.map(({ fact }) => this.#preparer.idOf(fact.kind, fact.sourceKey)),
            ...this.#stood.records.ids,
            ...this.#stood.links.ids,
          ]
        : [],
      bytesRead,
    };
    this.#rows = 0;
    this.#chars = 0;
    this.#marking = 0;
    this.#readMarking = 0;
    this.#records = new Map();
    this.#relationships = new Map();
    this.#references = new Map();
    this.#stood = { records: new KeyList(), links: new KeyList() };
    this.#view = undefined;
    this.#batch = emptyParts();
    return batch;
  }
}

type Parts = Pick<Batch, 'standing' | 'parts' | 'rejects' | 'warnings' | 'metadata' | 'superseded'>;
const emptyParts = (): Parts => ({
  standing: { record: 0, relationship: 0, reference: 0 },
  parts: [],
  rejects: [],
  warnings: {},
  metadata: [],
  superseded: 0,
});

function bytesOf(...lines: Map<string, string>[]): Uint8Array<ArrayBuffer> {
  // Not from Buffer's shared pool: the bytes are handed over to another thread.
  return new TextEncoder().encode(lines.flatMap((each) => [...each.values()]).join(''));
}

/** Facts that are staged as rows. */
export const factsIn = ({ recordCount, relationshipCount, referenceCount }: Batch): number =>
  recordCount + relationshipCount + referenceCount;

/** Those, those that are united with what stands, and those that stand already. */
export const factsRead = (batch: Batch): number =>
  factsIn(batch) +
  batch.parts.length +
  batch.standing.record +
  batch.standing.relationship +
  batch.standing.reference;

export function warn(warnings: Warnings, code: keyof Warnings, detail: string, count = 1): void {
  const known = warnings[code] ?? { count: 0, details: [] };
  warnings[code] = known;
  known.count += count;
  const text = detail.slice(0, 200).toWellFormed().replaceAll('\0', '\u2400');
  if (known.details.length < DETAILS && !known.details.includes(text)) known.details.push(text);
}

export function joinWarnings(into: Warnings, more: Warnings): void {
  for (const [code, { count, details }] of Object.entries(more) as [
    keyof Warnings,
    { count: number; details: string[] },
  ][]) {
    warn(into, code, details[0] ?? '', count);
    for (const detail of details.slice(1)) warn(into, code, detail, 0);
  }
}
