/** What a mapping makes of the first rows of a file, read in the thread of mappings. */
import { SummitError } from '@summit/process/errors';
import type { RowChange } from '../../change/diff.ts';
import { ontology, type SchemaDefinition } from '../../ontology/ontology.ts';
import { readOptions, withConventions } from '../format/conventions.ts';
import { readerOf } from '../format/readers.ts';
import { identifier } from '../identify.ts';
import type { ReadSettings } from '../import.ts';
import { type Fact, type SourceObject, sourceFromPath } from '../source.ts';
import { parseMapping } from './mapping.ts';

const ROWS = 50;
const SHOWN = 100;
/** Ends that are looked for elsewhere. */
const LINKED_MOST = 1_000;

export interface Previewing {
  path: string;
  bytes: number;
  filename: string;
  format: string;
  mapping: string;
  options: ReadSettings;
  /** The tenant's own types. */
  types: SchemaDefinition[];
}

export interface PreviewRows {
  rows: RowChange[];
  rejects: object[];
  errors: string[];
  /** Source keys of ends that the rows do not describe. */
  linked: string[];
}

/** A mapping that is wrong gives errors, not a failure: it is being edited. */
export async function previewRows(asked: Previewing): Promise<PreviewRows> {
  const answer: PreviewRows = { rows: [], rejects: [], errors: [], linked: [] };
  const linked = new Set<string>();
  const described = new Set<string>();
  const source = sourceFromPath(asked.path, asked.bytes, asked.filename);
  const idOf = identifier('preview');
  try {
    const mapping = withConventions(parseMapping(asked.mapping, asked.filename), asked.options);
    const reader = await readerOf(asked.format);
    const options = {
      ...readOptions(asked.options),
      mapping,
      sample: ROWS,
      ontology: asked.types.length > 0 ? ontology.extend(asked.types) : ontology,
    };
    for await (const object of reader.read(source, options)) {
      take(object, answer, idOf);
      for (const fact of object.fate === 'rows' ? object.rows : []) {
        if (fact.kind === 'record') described.add(fact.sourceKey);
        else if (fact.kind === 'relationship') linked.add(fact.source).add(fact.target);
      }
    }
  } catch (error) {
    answer.errors.push(said(error));
  }
  answer.linked = [...linked].filter((key) => !described.has(key)).slice(0, LINKED_MOST);
  return answer;
}

function take(
  object: SourceObject,
  answer: PreviewRows,
  idOf: (kind: Fact['kind'], key: string) => string,
): void {
  if (object.fate === 'reject') {
    const { row = null, line = null } = object.ref;
    answer.rejects.push({
      id: `${answer.rejects.length}`,
      row,
      line,
      code: object.code,
      reason: object.reason,
      raw: object.raw.slice(0, 4096),
    });
  }
  if (object.fate !== 'rows' && object.fate !== 'notice') return;
  for (const fact of object.rows) {
    if (fact.kind === 'reference' || answer.rows.length >= SHOWN) continue;
    const { kind, sourceKey, caption, ...after } = fact;
    answer.rows.push({
      kind,
      id: idOf(kind, sourceKey),
      caption: caption ?? null,
      act: 'added',
      before: null,
      after: { sourceKey, ...after },
      change: null,
    });
  }
}

function said(error: unknown): string {
  if (error instanceof SummitError) return String(error.details.problem ?? error.message);
  throw error;
}
