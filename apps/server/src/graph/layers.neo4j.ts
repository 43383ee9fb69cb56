import * as cypher from './cypher.neo4j.ts';
import type { Paths } from './graphQueries.ts';
import { kPaths } from './kPaths.ts';
import { Elsewhere, type Given, kinds, type Told, type Walk, wholes } from './walk.neo4j.ts';

/** One end of the paths: its id, where it lies in the store, and what lies so many steps from it, by steps. */
interface Side {
  id: string;
  /** Walks along the links: true, against them: false, null: either. */
  onward: boolean | null;
  places: number[][];
}

type Pair = [number, number];

/**
 * Paths of one length after the other, by sets that grow from both ends until they meet, and then the steps between them; what
 * has grown serves the next length too. Of walks that come back to either end nothing is met; some others visit an entity twice
 * or end nowhere.
 */
export class Layers {
  readonly #walk: Walk;
  readonly #kinds: Record<string, unknown>;
  readonly #meet: (told: Told) => string;
  readonly #start: Side;
  readonly #end: Side;
  /** Names of the entities at places that steps lead to. */
  readonly #names = new Map<number, string>();

  /** `ends` lie at `row.places`. `meet` remembers an entity and names it. */
  constructor(
    walk: Walk,
    question: Paths,
    { row, ends, meet }: { row: Placed; ends: [string, string]; meet: (told: Told) => string },
  ) {
    this.#walk = walk;
    this.#kinds = kinds(question);
    this.#meet = meet;
    const side = (id: string, onward: boolean): Side => {
      const place = row.places[row.given.findIndex((told) => meet(told) === id)]!;
      this.#names.set(place, id);
      return { id, onward: question.directed ? onward : null, places: [[place]] };
    };
    this.#start = side(ends[0], true);
    this.#end = side(ends[1], false);
  }

  /** The first `k` of exactly so many hops, at least two, by ids. Throws Elsewhere where there is too much to look at. */
  async paths(hops: number, k: number): Promise<string[][]> {
    const half = Math.floor(hops / 2);
    await Promise.all([this.#grow(this.#start, half), this.#grow(this.#end, half)]);
    const pairs = new Map<number, Pair[]>();
    let [left, right] = [this.#start.places[half]!, this.#end.places[half]!];
    if (hops % 2 === 1) {
      const met = await this.#steps(left, right, this.#start.onward);
      pairs.set(half, met);
      [left, right] = [unique(met.map(([from]) => from)), unique(met.map(([, to]) => to))];
    } else {
      const there = new Set(right);
      left = right = left.filter((place) => there.has(place));
    }
    for (let place = half - 1; place >= 0; place--) {
      const [before, after] = await Promise.all([
        this.#steps(this.#start.places[place]!, left, this.#start.onward),
        this.#steps(this.#end.places[place]!, right, this.#end.onward),
      ]);
      pairs.set(place, before);
      pairs.set(
        hops - 1 - place,
        after.map(([from, to]) => [to, from]),
      );
      [left, right] = [unique(before.map(([from]) => from)), unique(after.map(([from]) => from))];
    }
    const steps = [...pairs].flatMap(([place, each]) => each.map((pair) => [place, ...pair] as const));
    const name = (place: number): string => this.#names.get(place)!;
    const { paths, stopped } = kPaths(
      {
        hop: steps.map(([place]) => place),
        sources: steps.map(([, from]) => name(from)),
        targets: steps.map(([, , to]) => name(to)),
      },
      { from: this.#start.id, to: this.#end.id, hops, k },
      (id) => id,
    );
    if (stopped) throw new Elsewhere('large');
    return paths;
  }

  async #grow({ places, onward }: Side, steps: number): Promise<void> {
    while (places.length <= steps) {
      const front = places.at(-1)!;
      const { grown } =
        front.length === 0
          ? { grown: [] }
          : await this.#ask<{ grown: number[] }>(cypher.GROWN, {
              onward,
              front: wholes(front),
              ends: wholes([this.#start.places[0]![0]!, this.#end.places[0]![0]!]),
            });
      if (grown.length > cypher.MOST_NEAR) throw new Elsewhere('large');
      places.push(grown);
    }
  }

  /** From the fewer places to the more, and told as they were asked for. */
  async #steps(from: readonly number[], to: readonly number[], onward: boolean | null): Promise<Pair[]> {
    if (from.length === 0 || to.length === 0) return [];
    const turned = to.length < from.length;
    const { pairs, met } = await this.#ask<{ pairs: Pair[]; met: [number, Told][] }>(cypher.STEPS, {
      onward: turned && onward !== null ? !onward : onward,
      front: wholes(turned ? to : from),
      beyond: wholes(turned ? from : to),
    });
    if (pairs.length >= cypher.MOST_STEPS) throw new Elsewhere('large');
    for (const [place, told] of met) this.#names.set(place, this.#meet(told));
    return turned ? pairs.map(([a, b]) => [b, a]) : pairs;
  }

  #ask<Row>(text: string, parameters: Record<string, unknown>): Promise<Row & Given> {
    return this.#walk.ask<Row>(text, { ...this.#kinds, ids: [], ...parameters });
  }
}

/** What the first statement says of the ends. */
export interface Placed extends Given {
  places: number[];
}

const unique = (places: readonly number[]): number[] => [...new Set(places)];
