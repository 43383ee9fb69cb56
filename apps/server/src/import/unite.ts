/**
 * Unites the fragments of one id. The first pass over the file told which ids occur again (`Repeats`); such an entity
 * is held until its last fragment has come. When the held ones outgrow their bound, the largest leave as parts marked
 * `fragment`, which the engine unites with the stored row.
 */
import type { Ontology } from '../ontology/ontology.ts';
import { absorb, type Entity, entityFacts } from './format/entityFacts.ts';
import type { Repeats } from './repeats.ts';
import type { Fact, Props, RejectCode, SourceRef, Warning } from './source.ts';

interface Held {
  entity: Entity;
  refs: SourceRef[];
  bytes: number;
}
interface Slot {
  left: number;
  held: Map<string, Held>;
  spilled: boolean;
}
export interface United {
  facts: Fact[];
  warnings: Warning[];
  problem?: { code: RejectCode; reason: string };
}

export class Uniter {
  readonly #repeats: Repeats;
  readonly #ontology: Ontology;
  readonly #bound: number;
  readonly #slots = new Map<number, Slot>();
  #bytes = 0;

  constructor(repeats: Repeats, ontology: Ontology, heldBytes: number) {
    this.#repeats = repeats;
    this.#ontology = ontology;
    this.#bound = heldBytes;
  }

  /**
   * Takes one fragment, adds to `out` what is complete with it. With `isRow` the source has a row for each thing, and two of
   * one id that say different things are worth a warning.
   */
  add(entity: Entity, ref: SourceRef, out: United, isRow = false): void {
    const number = this.#repeats.none ? -1 : this.#repeats.slot(entity.id);
    const count = this.#repeats.count(number);
    if (count === undefined) {
      const isPart = number >= 0 && this.#repeats.isUncounted(number);
      this.#emit({ entity, refs: [ref], bytes: 0 }, isPart, ref, out);
      return;
    }

    let slot = this.#slots.get(number);
    if (slot === undefined) {
      slot = { left: count, held: new Map(), spilled: false };
      this.#slots.set(number, slot);
    }
    slot.left--;
    const key = entity.link ? `link\0${entity.id}\0${entity.link.source}\0${entity.link.target}` : entity.id;
    const held = slot.held.get(key);
    if (held === undefined) {
      const bytes = weight(entity);
      slot.held.set(key, { entity, refs: [ref], bytes });
      this.#bytes += bytes;
      this.#settle(number, slot, ref, out);
      return;
    }
    const added = absorb(held.entity, entity, this.#ontology);
    if (added !== undefined) {
      // Only what came anew is weighed: an entity of 200,000 fragments would be weighed 200,000 times.
      const bytes = weightOf(added);
      this.#bytes += bytes;
      held.bytes += bytes;
      if (isRow && Object.values(added).some((values) => values.length > 0))
        out.warnings.push({
          code: 'ROWS_UNITED',
          detail: `rows ${held.refs[0]!.row} and ${ref.row} have the id ${entity.id.slice(0, 200)}: they are one record`,
        });
      if (held.refs.length <= 20) held.refs.push(ref);
    } else {
      out.problem = {
        code: 'INCOMPATIBLE_FRAGMENTS',
        reason: `${entity.id} is ${held.entity.schema} in one row and ${entity.schema} in another`,
      };
    }
    this.#settle(number, slot, ref, out);
  }

  #settle(number: number, slot: Slot, ref: SourceRef, out: United): void {
    if (slot.left <= 0) this.#release(number, slot, ref, out);
    else if (this.#bytes > this.#bound) this.#spill(ref, out);
  }

  /** What is still held: ids whose announced last fragment was unusable. */
  finish(): United {
    const out: United = { facts: [], warnings: [] };
    for (const [number, slot] of this.#slots) this.#release(number, slot, {}, out);
    return out;
  }

  #release(number: number, slot: Slot, ref: SourceRef, out: United): void {
    const links = [...slot.held.values()].filter(({ entity }) => entity.link);
    for (const held of slot.held.values()) {
      this.#bytes -= held.bytes;
      // Links that share an id but not their ends are told apart by them.
      if (links.some((other) => other !== held && other.entity.id === held.entity.id && held.entity.link)) {
        const { id, link } = held.entity;
        this.#emit(
          { ...held, entity: { ...held.entity, id: `${id}\0${link!.source}\0${link!.target}` } },
          slot.spilled,
          ref,
          out,
        );
      } else {
        this.#emit(held, slot.spilled, ref, out);
      }
    }
    slot.held.clear();
    if (slot.left <= 0 && !slot.spilled) this.#slots.delete(number);
  }

  /** Lets go of the older half of what is held. */
  #spill(ref: SourceRef, out: United): void {
    for (const [number, slot] of this.#slots) {
      if (this.#bytes <= this.#bound / 2) return;
      if (slot.held.size === 0) continue;
      slot.spilled = true;
      this.#release(number, slot, ref, out);
    }
  }

  #emit(held: Held, fragment: boolean, ref: SourceRef, out: United): void {
    const result = entityFacts(held.entity, this.#ontology);
    if ('code' in result) {
      // A part of a relationship that had to leave early may lack the end that another part has.
      if (fragment) out.warnings.push({ code: 'END_MISSING', detail: result.reason });
      else out.problem = result;
      return;
    }
    const [first, ...also] = held.refs;
    // An entity without a single value is only mentioned here; what is known of it must survive that.
    const mention = Object.keys(held.entity.props).length === 0 && !held.entity.link;
    for (const fact of result.facts) {
      if (fragment || mention) fact.fragment = true;
      if (also.length > 0 || first !== ref) fact.ref = also.length > 0 ? { ...first, also } : first!;
      out.facts.push(fact);
    }
    if (result.warnings) out.warnings.push(...result.warnings);
  }
}

/** Bytes that an entity takes in memory, roughly. */
const weight = (entity: Entity): number => 200 + entity.id.length + weightOf(entity.props);

function weightOf(props: Props): number {
  let bytes = 0;
  for (const [name, values] of Object.entries(props)) {
    bytes += 60 + name.length;
    for (const value of values) bytes += 40 + value.length;
  }
  return bytes;
}
