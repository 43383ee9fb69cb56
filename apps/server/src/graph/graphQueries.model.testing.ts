import { components } from '../entity/components.ts';
import type { Entity } from '../entity/entity.ts';
import type {
  Bounded,
  CommonNeighbours,
  Direction,
  Expand,
  GraphLink,
  LinkCount,
  Neighbourhood,
  Paths,
  Which,
} from './graphQueries.ts';

/** A small graph as it is stored, and what the port should say of it: plain sets and loops, no thought of speed. */
export interface World {
  datasets: { id: string; marking: number }[];
  records: { id: string; dataset: string; marking: number; schema: string }[];
  relationships: WorldLink[];
  same: { left: string; right: string }[];
}

export interface WorldLink {
  id: string;
  dataset: string;
  marking: number;
  type: string;
  source: string;
  target: string;
  directed: boolean;
  reference: boolean;
}

export interface WorldReader {
  datasets: string[];
  clearance: number;
}

/** Every record is called so. */
export const CAPTION = 'It';

const unique = <T>(values: Iterable<T>): T[] => [...new Set(values)].sort();

export class Model {
  readonly #records: Map<string, string[]>;
  readonly #schemas: Map<string, Set<string>>;
  readonly #schemaOf: Map<string, string>;
  readonly #edges: GraphLink[];

  constructor(world: World, reader: WorldReader) {
    const sees = (row: { dataset: string; marking: number }) =>
      reader.datasets.includes(row.dataset) && row.marking <= reader.clearance;
    const records = world.records.filter(sees);
    const clusters = components(
      records.map(({ id }) => id),
      world.same.map(({ left, right }) => [left, right] as const),
    );
    this.#records = clusters;
    this.#schemaOf = new Map(records.map(({ id, schema }) => [id, schema]));
    this.#schemas = new Map();
    for (const { id, schema } of records) {
      const entity = clusters.get(id)![0]!;
      this.#schemas.set(entity, (this.#schemas.get(entity) ?? new Set()).add(schema));
    }
    this.#edges = world.relationships
      .filter(sees)
      .filter(({ source, target }) => clusters.has(source) && clusters.has(target))
      .map((link) => ({
        id: link.id,
        source: clusters.get(link.source)![0]!,
        target: clusters.get(link.target)![0]!,
        type: link.type,
        directed: link.directed,
        reference: link.reference,
        dataset: link.dataset,
        validFrom: null,
        validTo: null,
      }));
  }

  entity = (id: string): string | undefined => this.#records.get(id)?.[0];
  /** With the name that `hold` gives each record, and the schema that most say: none of them is a kind of another. */
  found(entity: string): Entity {
    const recordIds = this.#records.get(entity)!;
    const said = recordIds.map((id) => this.#schemaOf.get(id)!);
    const times = (schema: string) => said.filter((each) => each === schema).length;
    const schema = said.reduce((most, each) => (times(each) > times(most) ? each : most));
    return { id: entity, recordIds, name: { schema, caption: CAPTION } };
  }
  given = (ids: readonly string[]): string[] => unique(ids.flatMap((id) => this.entity(id) ?? []));

  links(which: Which): GraphLink[] {
    return this.#edges.filter(
      ({ reference, type }) =>
        (which.references || !reference) && (!which.types || which.types.includes(type)),
    );
  }

  /** Where one step from `entity` leads. */
  step(entity: string, which: Which): string[] {
    const { direction = 'ANY' } = which;
    return unique(
      this.links(which).flatMap(({ source, target, directed }) => [
        ...(source === entity && (direction !== 'IN' || !directed) ? [target] : []),
        ...(target === entity && (direction !== 'OUT' || !directed) ? [source] : []),
      ]),
    ).filter((each) => each !== entity);
  }

  among(entities: readonly string[], which: Which): GraphLink[] {
    const inside = new Set(entities);
    return this.links(which).filter(({ source, target }) => inside.has(source) && inside.has(target));
  }

  counts(entity: string, which: Which): LinkCount[] {
    const counted = new Map<string, LinkCount>();
    for (const { source, target, type, directed, reference } of this.links(which)) {
      if ((source === entity) === (target === entity)) continue;
      const direction: Direction = !directed ? 'ANY' : source === entity ? 'OUT' : 'IN';
      const key = JSON.stringify([type, direction, reference]);
      const found = counted.get(key) ?? { type, direction, reference, count: 0 };
      counted.set(key, { ...found, count: found.count + 1 });
    }
    return [...counted.values()];
  }

  expand({ id, first, after, ...which }: Expand): { all: string[]; page: string[] } {
    const entity = this.entity(id);
    const all = entity === undefined ? [] : this.step(entity, which);
    return { all, page: all.filter((each) => after === undefined || each > after).slice(0, first) };
  }

  /** Entities by hops and id, and the hops. The walk stops after the level that goes over the limit. */
  neighbourhood(question: Neighbourhood): { reached: string[]; stopped: boolean } {
    const start = this.given(question.ids);
    const seen = new Set(start);
    const reached: string[] = [];
    let frontier = start;
    for (let depth = 1; depth <= question.depth; depth++) {
      const next = unique(frontier.flatMap((entity) => this.step(entity, question))).filter(
        (each) =>
          !seen.has(each) &&
          (!question.schemas || question.schemas.some((schema) => this.#schemas.get(each)!.has(schema))),
      );
      for (const each of next) seen.add(each);
      reached.push(...next);
      frontier = next;
      if (reached.length > question.limit && depth < question.depth && next.length > 0)
        return { reached, stopped: true };
    }
    return { reached, stopped: false };
  }

  /** Every path of at most maxHops that visits no entity twice, shortest first, then by ids. */
  paths(question: Paths): string[][] {
    const [from, to] = [this.entity(question.from), this.entity(question.to)];
    if (from === undefined || to === undefined) return [];
    if (from === to) return [[from]];
    const which = { ...question, direction: question.directed ? ('OUT' as const) : ('ANY' as const) };
    const found: string[][] = [];
    const walk = (path: string[]) => {
      const end = path.at(-1)!;
      if (end === to) found.push(path);
      else if (path.length <= question.maxHops)
        for (const next of this.step(end, which)) if (!path.includes(next)) walk([...path, next]);
    };
    walk([from]);
    return found.sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  }

  commonNeighbours({ ids, ...which }: CommonNeighbours): string[] {
    const given = this.given(ids);
    if (given.length === 0) return [];
    const [first, ...rest] = given.map((entity) => new Set(this.step(entity, which)));
    return unique(first!).filter((each) => !given.includes(each) && rest.every((near) => near.has(each)));
  }
}

export const isBounded = ({ complete, reason, shown, total }: Bounded): boolean =>
  complete ? reason === null && shown === total : reason !== null;
