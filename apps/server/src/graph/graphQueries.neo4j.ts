import type { Database } from '../database/database.ts';
import type { Entity } from '../entity/entity.ts';
import { whole } from '../projection/store.neo4j.ts';
import { byId, drawnAmong, drawnCommon, drawnExpansion } from './answering.queries.ts';
import * as cypher from './cypher.neo4j.ts';
import { type GraphLink, type GraphQueries, type LinkCount, MOST, type Which } from './graphQueries.ts';
import { neighbourhoodWalked } from './neighbourhood.neo4j.ts';
import { pathsWalked } from './paths.neo4j.ts';
import { serving } from './served.neo4j.ts';
import { stepsBy } from './steps.ts';
import { Elsewhere, entityTold, type GraphStore, kinds, type Told } from './walk.neo4j.ts';

interface Page {
  page: Told[];
  total: number;
  partly: boolean;
}
interface Counted {
  counts: (LinkCount & { entity: string })[];
  countsPartly: boolean | null;
}

/**
 * The port on the projection in Neo4j. Postgres says what the given ids are, and of what the store names it says whether it is
 * so and whether the reader sees it, in the snapshot that all else of the request is read from; the walk is the store's. Throws
 * GRAPH_UNAVAILABLE where the store is down: its work is not shifted to Postgres, which everything else needs.
 */
export function neo4jGraph(db: Database, store: GraphStore, postgres: GraphQueries): GraphQueries {
  const served = serving(db, store);

  return {
    expand: served(postgres.expand, async (walk, question) => {
      const { row, given } = await walk.from<Page & Counted>([question.id], cypher.EXPAND, () => ({
        ...kinds(question),
        after: question.after ?? '',
        first: whole(question.first),
      }));
      const [entity] = given as [Entity];
      const { page, total } = pageOf(row);
      const counts = countsOf(row).get(entity.id) ?? [];
      const drawing = drawnExpansion(walk.tx, question, { entity, page, total });
      const answer = await walk.confirmed(page, drawing, { counts: true });
      mustBeLinked([entity], page, answer.links, question);
      return { ...answer, counts };
    }),

    neighbourhood: served(postgres.neighbourhood, neighbourhoodWalked),

    subgraph: served(postgres.subgraph, async (walk, question) => {
      const { row, given } = await walk.from<{ links: string[]; total: number }>(
        question.ids,
        cypher.AMONG,
        () => ({ ...kinds(question), most: whole(question.links ?? MOST.links) }),
      );
      const answer = await walk.confirmed([], drawnAmong(walk.tx, given, row));
      if (answer.links.length < row.links.length) throw new Elsewhere('behind');
      return answer;
    }),

    paths: served(postgres.paths, pathsWalked),

    commonNeighbours: served(postgres.commonNeighbours, async (walk, question) => {
      const { row, given } = await walk.from<Page>(question.ids, cypher.common, () => ({
        ...kinds(question),
        after: '',
        first: whole(question.first),
      }));
      const { page, total } = pageOf(row);
      const drawing = drawnCommon(walk.tx, question, { given, page, total });
      const answer = await walk.confirmed(page, drawing);
      mustBeLinked(given, page, answer.links, question);
      return answer;
    }),

    degrees: served(postgres.degrees, async (walk, question) => {
      const { row, entities } = await walk.from<Counted>(question.ids, cypher.DEGREES, () => ({}));
      const counts = await walk.confirmed([], Promise.resolve(countsOf(row)), { counts: true });
      return {
        counts: new Map([...entities].map(([given, { id }]) => [given, counts.get(id) ?? []])),
      };
    }),
  };
}

function pageOf({ page, total, partly }: Page): { page: Entity[]; total: number } {
  if (partly) throw new Elsewhere('partly');
  return { page: page.map(entityTold).sort(byId), total };
}

/** By entity, in the order of the Postgres adapter. */
function countsOf({ counts, countsPartly }: Counted): Map<string, LinkCount[]> {
  if (countsPartly) throw new Elsewhere('partly');
  const order = (a: LinkCount, b: LinkCount) =>
    b.count - a.count ||
    before(a.type, b.type) ||
    before(a.direction, b.direction) ||
    Number(a.reference) - Number(b.reference);
  const grouped = Map.groupBy(counts, ({ entity }) => entity);
  return new Map(
    [...grouped].map(([entity, all]) => [
      entity,
      all.map(({ type, direction, reference, count }) => ({ type, direction, reference, count })).sort(order),
    ]),
  );
}

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What links Postgres no longer has, or the reader no longer sees, were walked in vain. */
function mustBeLinked(
  given: readonly Entity[],
  near: readonly Entity[],
  links: readonly GraphLink[],
  { direction }: Which,
): void {
  const steps = stepsBy(links, direction);
  for (const { id } of near)
    if (!given.every((entity) => steps.get(entity.id)?.has(id))) throw new Elsewhere('behind');
}
