import { type Gathering, TEXT_MOST } from './batch.ts';
import { type Asked, KeyList } from './keys.ts';
import { type Key, type Preparer, Unfit } from './prepare.ts';
import type { SourceObject } from './source.ts';
import type { Differing } from './standing.ts';

/** The objects themselves wait in memory, which takes several times their text. */
const CHARS_MOST = TEXT_MOST / 2;
const OBJECTS_MOST = 5_000;

/**
 * Source objects of one batch that wait to hear which of their facts stand already. Of those that do, nothing else is made: a
 * file that is brought again unchanged takes a third of the work.
 */
export class Comparing {
  readonly #preparer: Preparer;
  readonly #objects: { object: SourceObject; keys: Key[]; whole: boolean }[] = [];
  /** Which object says a fact; the place of an object is its number. */
  readonly #placeOf = new Map<string, number>();
  readonly #records = new Listed();
  readonly #links = new Listed();
  #chars = 0;

  constructor(preparer: Preparer) {
    this.#preparer = preparer;
  }

  isFull(facts: number): boolean {
    return this.#placeOf.size >= facts || this.#objects.length >= OBJECTS_MOST || this.#chars >= CHARS_MOST;
  }

  get isEmpty(): boolean {
    return this.#objects.length === 0;
  }

  add(object: SourceObject): void {
    const place = this.#objects.length;
    const { keys, whole, chars } = this.#keysOf(object);
    this.#objects.push({ object, keys, whole });
    this.#chars += chars;
    for (const key of keys) {
      const earlier = this.#placeOf.get(key.id);
      if (earlier === undefined) {
        this.#placeOf.set(key.id, place);
        (key.kind === 'record' ? this.#records : this.#links).add(key, place);
      } else {
        // One batch says it twice, and the last one counts: both go the usual way.
        this.#objects[earlier]!.whole = true;
        this.#objects[place]!.whole = true;
      }
    }
  }

  #keysOf(object: SourceObject): { keys: Key[]; whole: boolean; chars: number } {
    if (object.fate === 'reject') return { keys: [], whole: true, chars: object.raw.length };
    if (object.fate === 'metadata')
      return { keys: [], whole: true, chars: JSON.stringify(object.values).length };
    if (object.fate === 'superseded') return { keys: [], whole: true, chars: 0 };
    try {
      const keys = object.rows.map((fact) => this.#preparer.key(fact));
      const chars = keys.reduce((sum, key) => sum + key.chars, 0);
      return { keys, whole: object.rows.some(({ fragment }) => fragment), chars };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      return { keys: [], whole: true, chars: 0 };
    }
  }

  /** What is to be looked up. */
  asked(): Asked {
    return { records: this.#records.keys(), links: this.#links.keys() };
  }

  /**
   * Hands everything on in its order. Answers with the ids of facts that may change by it: the next batch was compared before
   * they did, so it gets them as `changing`.
   */
  handOn(gathering: Gathering, differing: Differing, changing: ReadonlySet<string>): Set<string> {
    for (const place of [...this.#records.of(differing.records), ...this.#links.of(differing.links)])
      this.#objects[place]!.whole = true;
    for (const id of changing) {
      const place = this.#placeOf.get(id);
      if (place !== undefined) this.#objects[place]!.whole = true;
    }
    gathering.standOn(differing.view);
    const changed = new Set<string>();
    for (const { object, keys, whole } of this.#objects) {
      gathering.add(object, whole ? undefined : keys);
      if (whole) for (const { id } of keys) changed.add(id);
    }
    return changed;
  }
}

/** Keys in the order in which they are asked about, and whose each is. */
class Listed extends KeyList {
  readonly #places: number[] = [];

  override add(key: Key, place?: number): void {
    super.add(key);
    this.#places.push(place!);
  }

  of(numbers: readonly number[]): number[] {
    return numbers.map((number) => this.#places[number]!);
  }
}
