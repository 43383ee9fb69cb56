import type { At, Reader } from '../change/read.ts';
import type { Entity } from '../entity/entity.ts';

/**
 * The port for questions that walk the graph. Ids go in; ids come out, with what a chart draws of links and single records
 * (docs/decisions/0005). All else that they stand for is loaded elsewhere, as the reader. An adapter may be a store, a
 * projection or an index in memory: each answer names the position it stands on.
 *
 * It walks records. Records joined by `same` judgements that the reader sees are one entity, named by its smallest visible
 * record, and cost no hop. A link counts when the reader sees the link itself and a record at both ends; so unresolved ends
 * and hidden records never appear, nor anything that could only be reached through them.
 */
export interface GraphQueries {
  /** One entity's neighbours, by id, a page at a time, with exact counts per type and direction. */
  expand(asked: Asked, question: Expand): Promise<Expansion>;
  /** Entities within `depth` hops, nearest first, and the links among them. */
  neighbourhood(asked: Asked, question: Neighbourhood): Promise<Subgraph>;
  /** Links among the given entities. */
  subgraph(asked: Asked, question: Among): Promise<Subgraph>;
  /** The k shortest paths without a repeated entity, shortest first, then by ids. As many end the search for longer ones. */
  paths(asked: Asked, question: Paths): Promise<PathsFound>;
  /** Entities linked with every given one, by id. */
  commonNeighbours(asked: Asked, question: CommonNeighbours): Promise<Common>;
  /** Links per type and direction of each given entity, by the id that was given. */
  degrees(asked: Asked, question: Among): Promise<Degrees>;
}

/** Who asks, and about which moment. A `Reading` is one. */
export interface Asked {
  readonly reader: Reader;
  readonly at: At;
  /** The person whose own changes have to be in an answer about now. */
  readonly actor?: string | undefined;
  /** A change that has to be in an answer about now, because the caller knows of it. */
  readonly after?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Seen from the entity that one walks away from; a link without direction fits each. */
export type Direction = 'OUT' | 'IN' | 'ANY';

export interface Which {
  /** Left out: all. */
  types?: readonly string[] | undefined;
  /** Whether links derived from properties count. */
  references?: boolean | undefined;
  direction?: Direction | undefined;
}

/** Any record id of an entity stands for it. Ids that the reader does not see are passed over. */
export interface Among extends Which {
  ids: readonly string[];
  /** Links in the answer at most. */
  links?: number | undefined;
}

export interface Expand extends Which {
  id: string;
  first: number;
  /** The neighbour after which the page starts. */
  after?: string | undefined;
}

export interface Neighbourhood extends Among {
  depth: number;
  /** Entities at most, the given ones not counted. */
  limit: number;
  /** Walks only to entities with a record of one of these schemata. */
  schemas?: readonly string[] | undefined;
}

export interface Paths extends Which {
  from: string;
  to: string;
  maxHops: number;
  k: number;
  /** Follows links from source to target only. */
  directed?: boolean | undefined;
}

export interface CommonNeighbours extends Among {
  first: number;
}

/** One relationship between two entities of the answer, and what it says of itself. */
export interface GraphLink {
  id: string;
  source: string;
  target: string;
  type: string;
  directed: boolean;
  reference: boolean;
  dataset: string;
  validFrom: string | null;
  validTo: string | null;
}

export interface Bounded {
  complete: boolean;
  /** limit: more than asked for, or of paths as many as that and longer ones were not looked for. links: more links than an answer holds. visited: the walk was stopped. */
  reason: 'limit' | 'links' | 'visited' | null;
  shown: number;
  /** At least so many, when not exact. */
  total: number;
  totalIsExact: boolean;
}

export interface Answer {
  servedBy: string;
  /** The change up to which all is in the answer. */
  position: number;
}

export interface Subgraph extends Answer {
  entities: Entity[];
  links: GraphLink[];
  /** Of entities; where they were given, of links. */
  bounded: Bounded;
}

export interface Common extends Subgraph {
  /** The entities asked about, as far as the reader sees them. */
  given: Entity[];
}

export interface LinkCount {
  type: string;
  /** ANY for links without direction. */
  direction: Direction;
  reference: boolean;
  /** Relationships with other entities; those within the entity do not count. */
  count: number;
}

export interface Expansion extends Subgraph {
  /** Of everything, whatever the question leaves out; not only of the page. */
  counts: LinkCount[];
}

export interface Path {
  /** hops + 1 of them. */
  entityIds: string[];
}

export interface PathsFound extends Answer {
  paths: Path[];
  /** All on the paths; `from` and `to` first, also when there is no path. Empty when the reader does not see both. */
  entities: Entity[];
  /** All links of the asked kind between consecutive entities of the paths. */
  links: GraphLink[];
  /** Of paths. */
  bounded: Bounded;
}

export interface Degrees extends Answer {
  counts: Map<string, LinkCount[]>;
}

/** What a question may ask for; resolvers refuse more, adapters may rely on it. */
export const MOST = {
  hops: 6,
  depth: 4,
  paths: 100,
  entities: 1_000,
  links: 50_000,
  /** Records that a step looks at in one go, unless more entities are asked for: up to so many are counted exactly. */
  chunk: 128,
  /** Records that one side of a walk visits before it gives up and says so. */
  visited: 200_000,
} as const;
