import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import type { Entity } from '../entity/entity.ts';
import { whole } from '../projection/store.neo4j.ts';
import { HIGHEST_MARKING } from '../tenant/marking.ts';
import { drawnPaths } from './answering.queries.ts';
import * as cypher from './cypher.neo4j.ts';
import type { Paths, PathsFound } from './graphQueries.ts';
import { Layers, type Placed } from './layers.neo4j.ts';
import { stepsBy } from './steps.ts';
import { Elsewhere, entityTold, kinds, type Told, type Walk } from './walk.neo4j.ts';

/** Shortest paths that are taken one by one; where there are more, they are found by their steps. */
const MOST_WAYS = 1_000;

type Ends = { from: Entity; to: Entity };

/** `found` only of all: cypher.shortestOfAll. */
interface Ways {
  ways: Told[][];
  found: number;
}

/** Answers as the Postgres adapter does. */
export async function pathsWalked(
  walk: Walk,
  question: Paths,
): Promise<Omit<PathsFound, 'servedBy' | 'position'>> {
  const met = new Map<string, Entity>();
  const { ends, ...found } = await search(walk, question, met);
  const drawing = drawnPaths(walk.tx, question, {
    ...ends,
    ...found,
    stopped: false,
    entityOf: (id) => met.get(id)!,
  });
  const shown = found.paths.slice(0, question.k);
  const answer = await walk.confirmed(
    shown.flatMap((path) => path.slice(1, -1).map((id) => met.get(id)!)),
    drawing,
  );
  const steps = stepsBy(answer.links, question.directed ? 'OUT' : 'ANY');
  const stand = shown.every((path) => path.slice(1).every((id, index) => steps.get(path[index]!)?.has(id)));
  if (!stand) throw new Elsewhere('behind');
  return answer;
}

async function search(
  walk: Walk,
  question: Paths,
  met: Map<string, Entity>,
): Promise<{ ends: Ends; paths: string[][]; all: boolean }> {
  const { maxHops, k, directed = false } = question;
  // Of one kind of link few ways would pass the test.
  const ofAll = !directed && !question.types && (await seesAll(walk.tx));
  const { row, entities } = await walk.from<Ways & { linked: boolean } & Placed>(
    [question.from, question.to],
    directed ? cypher.LINKED : ofAll ? cypher.shortestOfAll(maxHops) : cypher.shortest(maxHops),
    (idOf) => ({
      ...kinds(question),
      onward: true,
      from: idOf(question.from),
      to: idOf(question.to),
      most: whole(MOST_WAYS),
    }),
  );
  const [from, to] = [entities.get(question.from), entities.get(question.to)];
  if (!from || !to || from.id === to.id) throw new Elsewhere('nowhere');
  const ends = { from, to };
  for (const end of [from, to]) met.set(end.id, end);
  const meet = (told: Told): string => {
    const entity = entityTold(told);
    met.set(entity.id, entity);
    return entity.id;
  };

  let paths: string[][] = [];
  let hops = 2;
  if (directed) paths = row.linked ? [[from.id, to.id]] : [];
  else {
    // Where the ways of all have not told, those that pass are asked for.
    const isTold = !ofAll || row.found === 0 || (row.ways.length > 0 && row.found < MOST_WAYS);
    const { ways } = isTold
      ? row
      : await walk.ask<Ways>(cypher.shortest(maxHops), {
          ...kinds(question),
          ids: [from.id, to.id],
          from: from.id,
          to: to.id,
          most: whole(MOST_WAYS),
        });
    const [way] = ways;
    if (!way) return { ends, paths, all: true };
    hops = way.length - 1;
    const byIds = ways.map((each) => each.map(meet));
    if (ways.length < MOST_WAYS) {
      paths = byIds.sort((x, y) => (x.join() < y.join() ? -1 : 1)).slice(0, k + 1);
      hops++;
    }
  }
  const layers = new Layers(walk, question, { row, ends: [from.id, to.id], meet });
  for (; hops <= maxHops && paths.length < k; hops++)
    paths.push(...(await layers.paths(hops, k + 1 - paths.length)));
  return { ends, paths, all: hops > maxHops };
}

/** Nothing that the tenant has is hidden from the reader. */
async function seesAll(tx: Reading): Promise<boolean> {
  const { tenant, datasets, clearance } = tx.reader;
  if (clearance < HIGHEST_MARKING) return false;
  const row = await tx.first<{ all: boolean }>(sql`
    select not exists (select from datasets d where d.tenant_id = ${tenant} and d.id <> all(${datasets}::uuid[])) as all`);
  return row!.all;
}
