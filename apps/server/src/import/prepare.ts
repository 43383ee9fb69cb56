/** Facts as the rows that the database takes: ids, digests, search words and all, in the form of COPY. */
import { hash } from 'node:crypto';
import { canonicalFact, type FactContent } from '../digest/fact.ts';
import { ontology as defaultOntology, type Ontology } from '../ontology/ontology.ts';
import { recordTerms } from '../search/terms.ts';
import { markingName, markingRank } from '../tenant/marking.ts';
import { copyArray, copyCell } from './copyText.ts';
import { identifier } from './identify.ts';
import {
  type Fact,
  type LinkFact,
  limits,
  type RecordFact,
  type RejectCode,
  type SourceRef,
} from './source.ts';

/** Longer names of schemata and types would not fit into an index. */
const NAME_MOST = 200;
const CAPTION_MOST = 500;
/** Values of one record: each page that shows it reads them all. The largest seen, a list of ATT&CK's objects, has 25,000. */
const VALUES_MOST = 50_000;

export interface Preparing {
  /** Left out for facts that come without a file. */
  importId?: string;
  datasetKey: string;
  /** Rank of rows that carry no marking of their own. */
  marking: number;
  /** Rank up to which the importer sees; what is marked above it is refused. */
  clearance: number;
  ontology?: Ontology;
}

export interface Prepared {
  id: string;
  /** The row as COPY reads it, newline included; columns as in staging.ts. */
  line: string;
  /** Rank. */
  marking: number;
}

/** By what a fact is known to stand already. */
export interface Key {
  kind: Fact['kind'];
  id: string;
  /** In hexadecimal digits. */
  digest: string;
  /** Rank. */
  marking: number;
  /** Length of what the digest is made of. */
  chars: number;
}

/** Thrown for a fact that no row can hold; the source object becomes a reject. */
export class Unfit extends Error {
  readonly code: RejectCode;
  constructor(message: string, code: RejectCode = 'INVALID_OBJECT') {
    super(message);
    this.code = code;
  }
}

/** Makes rows of one import. */
export class Preparer {
  readonly idOf: (kind: Fact['kind'], sourceKey: string) => string;
  readonly #options: Preparing;
  readonly ontology: Ontology;

  constructor(options: Preparing) {
    this.#options = options;
    this.ontology = options.ontology ?? defaultOntology;
    this.idOf = identifier(options.datasetKey);
  }

  /** A third of the work of the whole row. Throws Unfit. */
  key(fact: Fact): Key {
    const content = this.#content(fact);
    const text = canonical(content);
    const { id, marking } = content;
    return { kind: fact.kind, id, digest: sha256(text), marking, chars: text.length };
  }

  /** Throws Unfit. */
  record(fact: RecordFact, ref: SourceRef): Prepared {
    const content = this.#content(fact);
    const { id, schema, marking } = content;
    const { tokens, countries, firstDate, lastDate } = recordTerms(this.ontology, fact);
    const digest = sha256(canonical(content));
    const caption =
      fact.caption.length > CAPTION_MOST
        ? `${fact.caption.slice(0, CAPTION_MOST).toWellFormed()}…`
        : fact.caption;
    const line = `${id}\t${copyCell(schema)}\t${copyCell(caption)}\t${propsCell(fact)}\t${marking}\t${copyCell(
      fact.validFrom,
    )}\t${copyCell(fact.validTo)}\t${this.#sourceRef(fact, ref)}\t\\\\x${digest}\t${copyArray(
      tokens,
    )}\t${copyArray(countries)}\t${firstDate ?? '\\N'}\t${lastDate ?? '\\N'}\t${fact.hidden ? 't' : 'f'}\t${copyCell(
      fact.version,
    )}\n`;
    return { id, line: storable(line), marking };
  }

  /** Throws Unfit. */
  link(fact: LinkFact, ref: SourceRef): Prepared {
    const content = this.#content(fact);
    const { id, schema: type, ends, marking } = content;
    const digest = sha256(canonical(content));
    const line = `${id}\t${copyCell(type)}\t${ends[0]}\t${ends[1]}\t${fact.directed ? 't' : 'f'}\t${
      fact.kind === 'reference' ? 't' : 'f'
    }\t${propsCell(fact)}\t${marking}\t${copyCell(fact.validFrom)}\t${copyCell(fact.validTo)}\t${this.#sourceRef(
      fact,
      ref,
    )}\t\\\\x${digest}\t${copyCell(fact.version)}\n`;
    return { id, line: storable(line), marking };
  }

  #content(fact: Fact): FactContent {
    const { kind, sourceKey, props, validFrom, validTo } = fact;
    return {
      kind,
      id: this.idOf(kind, sourceKey),
      datasetKey: this.#options.datasetKey,
      ...(kind === 'record'
        ? { schema: fitting(fact.schema, 'schema'), ends: [] }
        : {
            schema: fitting(fact.type, 'type'),
            ends: [this.idOf('record', fact.source), this.idOf('record', fact.target)],
            directed: fact.directed,
          }),
      props,
      marking: this.mustBeCleared(fact),
      validFrom,
      validTo,
    };
  }

  /** Rank of what says no marking of its own. */
  get usualMarking(): number {
    return this.#options.marking;
  }

  /**
   * The marking of a fact that its importer may see. Marked higher it would tell whether a hidden row is equal, and nobody
   * brings in what one could not see oneself. Throws Unfit.
   */
  mustBeCleared(fact: Fact): number {
    const marking = this.markingOf(fact);
    if (marking <= this.#options.clearance) return marking;
    throw new Unfit(
      `it is marked ${markingName(marking)}, above the clearance of who imports it`,
      'MARKING_ABOVE_CLEARANCE',
    );
  }

  markingOf(fact: Fact): number {
    return fact.marking === undefined ? this.#options.marking : markingRank(fact.marking);
  }

  /** Short keys: a million rows carry it. */
  #sourceRef(fact: Fact, objectRef: SourceRef): string {
    const position = fact.kind === 'record' ? fact.position : undefined;
    return jsonCell({
      import: this.#options.importId,
      ...(fact.ref ?? objectRef),
      ...(fact.version !== undefined && { version: fact.version }),
      ...(position && { position }),
    });
  }
}

/** The digest of a fact in the digits in which COPY reads it: as bytes it takes twice as long. */
const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** What a digest is made of, which nothing but half of a surrogate pair keeps from being written. Throws Unfit. */
function canonical(content: FactContent): string {
  try {
    return canonicalFact(content);
  } catch {
    throw holdsHalf();
  }
}

function fitting(name: string, what: string): string {
  if (name.length <= NAME_MOST && !name.includes('\0')) return name;
  throw new Unfit(`the ${what} is longer than ${NAME_MOST} characters`);
}

function propsCell(fact: Fact): string {
  let values = 0;
  for (const each of Object.values(fact.props)) values += each.length;
  if (values > VALUES_MOST) throw new Unfit(`it has ${values} values, more than ${VALUES_MOST}`);
  const cell = jsonCell(fact.props);
  if (cell.length > limits.rowBytes * 16) throw new Unfit('the properties are too large for one row');
  return cell;
}

// As JSON writes what Postgres has no text for; after an even number of backslashes it is such a sign, not its spelling.
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Throws Unfit. */
export function jsonCell(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.includes('\\u0000') && NUL.test(text)) throw holdsNul();
  if (text.includes('\\ud') && SURROGATE.test(text)) throw holdsHalf();
  return copyCell(text);
}

function storable(line: string): string {
  if (line.includes('\0')) throw holdsNul();
  if (!line.isWellFormed()) throw holdsHalf();
  return line;
}

const holdsNul = () => new Unfit('a value holds the character U+0000', 'NUL_BYTE');
const holdsHalf = () => new Unfit('a value holds half of a surrogate pair', 'LONE_SURROGATE');
