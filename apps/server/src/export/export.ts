/** What leaves Summit, and what the format it leaves in cannot carry. */
import { SummitError } from '@summit/process/errors';

const exportFormats = ['csv', 'json', 'ftm'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportInput {
  format: string;
  dataset?: string | null | undefined;
  investigationId?: string | null | undefined;
  entityIds?: readonly string[] | null | undefined;
  /** For csv: the table of records, or that of relationships and references. */
  table?: string | null | undefined;
}

export interface ExportedRecord {
  id: string;
  /** The smallest visible record of its entity. */
  entity: string;
  dataset: string;
  schema: string;
  caption: string;
  props: Record<string, string[]>;
  marking: number;
  validFrom: string | null;
  validTo: string | null;
  sourceRef: Record<string, unknown> | null;
  revoked: boolean;
  /** Ends of its references, by property: what stands in the property is the source's own key. */
  references: Record<string, string[]>;
  /** Values that an analyst holds to be wrong, by property; they stand in `props` too, as the source says them. Absent where there are none. */
  refuted?: Record<string, string[]>;
  /** For csv: captions of what values of type entity name, by property, in the order of its values. */
  captions?: Captions;
}

export interface ExportedLink {
  id: string;
  dataset: string;
  type: string;
  source: string;
  target: string;
  directed: boolean;
  reference: boolean;
  props: Record<string, string[]>;
  marking: number;
  validFrom: string | null;
  validTo: string | null;
  sourceRef: Record<string, unknown> | null;
  captions?: Captions;
  /** For csv: captions of its two ends. */
  ends?: readonly string[];
}

/** Empty where the reader sees nothing of that name. */
export type Captions = Readonly<Record<string, readonly string[]>>;

export interface ExportCounts {
  records: number;
  relationships: number;
  references: number;
}

/** What was not carried, by what it is. */
export class Losses {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  /** In a format without a place for what an analyst holds to be wrong, the value leaves as any other. */
  addRefuted({ refuted = {} }: Pick<ExportedRecord, 'refuted'>): void {
    for (const values of Object.values(refuted))
      this.add('refutations: values that somebody holds to be wrong leave like all others', values.length);
  }

  list(): { what: string; count: number }[] {
    return [...this.#counts].map(([what, count]) => ({ what, count }));
  }
}

/** One format: text for each part. It is given every fact, also those that it only counts as lost. */
export interface ExportWriter {
  contentType: string;
  extension: string;
  head(): string;
  record(record: ExportedRecord): string;
  link(link: ExportedLink): string;
  foot(): string;
}

/** Throws INPUT_INVALID unless exactly one thing is named. */
export function checkedInput(
  input: ExportInput,
): ExportInput & { format: ExportFormat; table: 'records' | 'relationships' } {
  const format = exportFormats.find((each) => each === input.format);
  if (!format)
    throw new SummitError('INPUT_INVALID', { problem: `format is one of ${exportFormats.join(', ')}` });
  const named = [input.dataset, input.investigationId, input.entityIds].filter(
    (each) => each !== null && each !== undefined,
  );
  if (named.length !== 1) {
    throw new SummitError('INPUT_INVALID', {
      problem: 'name a dataset, an investigation or a selection of entities, one of them',
    });
  }
  if (input.entityIds && input.entityIds.length > 10_000)
    throw new SummitError('INPUT_INVALID', { problem: 'a selection holds at most 10,000 entities' });
  const table = input.table ?? 'records';
  if (table !== 'records' && table !== 'relationships')
    throw new SummitError('INPUT_INVALID', { problem: 'table is records or relationships' });
  return { ...input, format, table };
}
