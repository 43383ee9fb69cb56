import type { CanvasLink, CanvasNode, Certainty } from '../canvas/graphCanvas.ts';
import { entityType } from '../entity/entityTypes.ts';
import { country } from '../format/countries.ts';
import type { CaseItem, GraphLink, Weight } from './caseQueries.ts';
import { type Filter, type FilterField, kept, passes } from './filters.ts';

/** One entity of the investigation, with all that chart and table say of it. */
export type CaseEntity = {
  id: string;
  caption: string;
  schema: string;
  countries: readonly string[];
  datasets: readonly { key: string; title: string; kind: string }[];
  lastSeen: string | null;
  /** All its links, in the investigation or not; undefined until they are counted. */
  links: number | undefined;
  disagree: boolean;
  x: number | null;
  y: number | null;
  pinned: boolean;
  hidden: boolean;
  /** In the investigation, but in no dataset that the reader sees any more. */
  isGone: boolean;
  /** The same, and it is known that there is none. */
  isTakenOut: boolean;
};

export type CaseLink = CanvasLink & {
  type: string;
  reference: boolean;
  datasets: number;
  relationshipIds: readonly string[];
};

export type FacetValue = { value: string; label: string; count: number };

export type CaseModel = {
  entities: readonly CaseEntity[];
  byId: ReadonlyMap<string, CaseEntity>;
  /** Kept by the filters, not hidden, still there: what both panes show. */
  shown: readonly CaseEntity[];
  hidden: readonly CaseEntity[];
  gone: readonly CaseEntity[];
  links: readonly CaseLink[];
  /** Links with both ends shown that the certainty filter keeps. */
  shownLinks: readonly CaseLink[];
  /** Counts beside each value, of what the other filters keep. */
  facets: Record<'schema' | 'dataset' | 'country' | 'certainty', readonly FacetValue[]>;
  disagreeing: number;
};

const certaintyOf = ({ reference, datasets }: Pick<GraphLink, 'reference' | 'datasets'>): Certainty =>
  reference ? 'inferred' : datasets > 1 ? 'several' : 'one';

/** What became of an entity that is in no dataset any more, in place of its name. */
const saidOf = { IMPORT_UNDONE: 'Taken back with its import', REMOVED: 'No longer in any dataset' };

function toEntity(item: CaseItem, weight: Weight | undefined): CaseEntity {
  const { entity } = item;
  return {
    id: entity?.id ?? item.entityId,
    caption: entity?.caption ?? (item.takenOut ? saidOf[item.takenOut] : 'Not in any dataset you see'),
    schema: entity?.schema ?? 'Thing',
    countries: entity?.countries ?? [],
    datasets: entity?.datasets ?? [],
    lastSeen: entity?.lastSeen ?? null,
    links: weight?.links,
    disagree: weight?.disagree ?? false,
    x: item.x,
    y: item.y,
    pinned: item.pinned,
    hidden: item.hidden,
    isGone: entity === null,
    isTakenOut: entity === null && item.takenOut !== null,
  };
}

export function toLink(link: GraphLink): CaseLink {
  return {
    id: `${link.source} ${link.target} ${link.type} ${link.reference}`,
    source: link.source,
    target: link.target,
    label: link.label,
    directed: link.directed,
    certainty: certaintyOf(link),
    type: link.type,
    reference: link.reference,
    datasets: link.datasets,
    relationshipIds: link.relationshipIds,
  };
}

/** Links that these lines stand for: one line draws all links of a kind between two entities. */
export const linkCount = (lines: readonly Pick<CaseLink, 'relationshipIds'>[]): number =>
  lines.reduce((sum, line) => sum + line.relationshipIds.length, 0);

/** Everything the panes show, from what was read and the filters in force: one place, so that counts always agree. */
export function caseModel(
  items: readonly CaseItem[],
  graph: readonly GraphLink[],
  weights: ReadonlyMap<string, Weight>,
  filters: readonly Filter[],
): CaseModel {
  const entities = items.map((item) => toEntity(item, weights.get(item.entity?.id ?? item.entityId)));
  const present = entities.filter((entity) => !entity.isGone && !entity.hidden);
  const shown = present.filter((entity) => passes(entity, filters));
  const shownIds = new Set(shown.map(({ id }) => id));
  const links = graph.map(toLink);
  const certainty = kept(filters, 'certainty');
  const between = links.filter(({ source, target }) => shownIds.has(source) && shownIds.has(target));
  return {
    entities,
    byId: new Map(entities.map((entity) => [entity.id, entity])),
    shown,
    hidden: entities.filter((entity) => entity.hidden && !entity.isGone),
    gone: entities.filter((entity) => entity.isGone),
    links,
    shownLinks:
      certainty.length === 0 ? between : between.filter((link) => certainty.includes(link.certainty)),
    facets: {
      schema: facet(present, filters, 'schema', ({ schema }) => [[schema, entityType(schema).name]]),
      dataset: facet(present, filters, 'dataset', ({ datasets }) =>
        datasets.map(({ key, title, kind }) => [key, kind === 'NOTEBOOK' ? 'Notebook' : title]),
      ),
      country: facet(present, filters, 'country', ({ countries }) =>
        countries.map((one) => [one, country(one)]),
      ),
      certainty: counted(between.map((link) => [[link.certainty, link.certainty]])),
    },
    disagreeing: present.filter((entity) => entity.disagree).length,
  };
}

function facet(
  entities: readonly CaseEntity[],
  filters: readonly Filter[],
  field: FilterField,
  valuesOf: (entity: CaseEntity) => [value: string, label: string][],
): FacetValue[] {
  return counted(entities.filter((entity) => passes(entity, filters, field)).map(valuesOf));
}

function counted(found: [value: string, label: string][][]): FacetValue[] {
  const counts = new Map<string, FacetValue>();
  for (const values of found) {
    for (const [value, label] of new Map(values)) {
      const known = counts.get(value);
      if (known) known.count += 1;
      else counts.set(value, { value, label, count: 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

/** The entities as the chart draws them. What filters leave out keeps its place, unseen: nothing moves. */
export function chartNodes({ entities, shown }: CaseModel): CanvasNode[] {
  const seen = new Set(shown.map(({ id }) => id));
  return entities
    .filter((entity) => !entity.isGone)
    .map(({ id, schema, caption, x, y, pinned, disagree, links }) => ({
      id,
      schema,
      caption,
      x,
      y,
      pinned,
      disagree,
      hidden: !seen.has(id),
      degree: links ?? 0,
    }));
}

export type Sort = { by: 'name' | 'type' | 'links' | 'datasets' | 'seen'; isDescending: boolean };

export function readSort(written: string): Sort {
  const isDescending = written.startsWith('-');
  const by = written.replace(/^-/, '') as Sort['by'];
  return ['name', 'type', 'links', 'datasets', 'seen'].includes(by)
    ? { by, isDescending }
    : { by: 'links', isDescending: true };
}

const compares: Record<Sort['by'], (a: CaseEntity, b: CaseEntity) => number> = {
  name: (a, b) => a.caption.localeCompare(b.caption),
  type: (a, b) => entityType(a.schema).name.localeCompare(entityType(b.schema).name),
  links: (a, b) => (a.links ?? 0) - (b.links ?? 0),
  datasets: (a, b) => a.datasets.length - b.datasets.length,
  seen: (a, b) => (a.lastSeen ?? '').localeCompare(b.lastSeen ?? ''),
};

/** Rows in order; equals stand by name, so that an order never depends on what came first. */
export function sorted(entities: readonly CaseEntity[], { by, isDescending }: Sort): CaseEntity[] {
  const sign = isDescending ? -1 : 1;
  return [...entities].sort(
    (a, b) => sign * compares[by](a, b) || a.caption.localeCompare(b.caption) || (a.id < b.id ? -1 : 1),
  );
}

/** Neighbours of one entity within the investigation by `type direction`, as the inspector counts them. */
export function shownCounts(links: readonly CaseLink[], id: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  for (const { source, target, type, directed, relationshipIds } of links) {
    if (source === target) continue;
    if (source === id) add(`${type} ${directed ? 'OUT' : 'ANY'}`, relationshipIds.length);
    if (target === id) add(`${type} ${directed ? 'IN' : 'ANY'}`, relationshipIds.length);
  }
  return counts;
}

/** An entity with all it is linked to within the investigation. */
export function around(links: readonly CaseLink[], ids: readonly string[]): string[] {
  const centre = new Set(ids);
  const found = new Set(ids);
  for (const { source, target } of links) {
    if (centre.has(source)) found.add(target);
    if (centre.has(target)) found.add(source);
  }
  return [...found];
}
