import type { Entity } from '../entity/entity.ts';
import { whole } from '../projection/store.neo4j.ts';
import { byId, drawnNeighbourhood } from './answering.queries.ts';
import * as cypher from './cypher.neo4j.ts';
import { type Answer, MOST, type Neighbourhood, type Subgraph } from './graphQueries.ts';
import { stepsBy } from './steps.ts';
import { Elsewhere, entityTold, kinds, type Told, type Walk } from './walk.neo4j.ts';

/** What `cypher.NEAR` answers. */
interface Near {
  records: string[];
  clusters: [string, Told][];
  fits: boolean[];
}
type Level = { entities: Entity[]; exact: boolean };

/** Level by level, each in the order of ids, until there are more than asked for. */
export async function neighbourhoodWalked(
  walk: Walk,
  question: Neighbourhood,
): Promise<Omit<Subgraph, keyof Answer>> {
  const { depth, limit, schemas } = question;
  const parameters = (known: readonly string[], most: number) => ({
    ...kinds(question),
    schemas: schemas ?? null,
    known,
    most: whole(most),
  });
  const size = (room: number): number => Math.max(MOST.chunk, room + 1);

  const first = await walk.from<Near>(question.ids, cypher.NEAR, (idOf) =>
    parameters(question.ids.map(idOf), size(limit)),
  );
  const start = first.given;
  const reached: Entity[] = [];
  const levels: Entity[][] = [start];
  let exact = true;
  let row: Near | undefined = first.row;
  for (let place = 1; place <= depth && exact; place++) {
    const [front, room] = [levels.at(-1)!.map(({ id }) => id), limit - reached.length];
    if (front.length === 0) break;
    const known = [...start, ...reached].map(({ id }) => id);
    const look = (most: number) => walk.ask<Near>(cypher.NEAR, { ...parameters(known, most), ids: front });
    row ??= await look(size(room));
    let level = levelOf(row, size(room), size(room), room);
    for (let most = size(room) * 8; !level; most *= 8) {
      if (most > 8 * MOST.visited) throw new Elsewhere('large');
      level = levelOf(await look(most), most, size(room), room);
    }
    row = undefined;
    const next = level.entities.sort(byId);
    levels.push(next);
    reached.push(...next);
    exact = level.exact && (reached.length <= limit || place === depth || next.length === 0);
  }

  const shown = reached.slice(0, limit);
  const drawing = drawnNeighbourhood(walk.tx, question, { start, reached, exact });
  const answer = await walk.confirmed(shown, drawing);
  mustLead(levels, new Set(shown.map(({ id }) => id)), stepsBy(answer.links, question.direction));
  return answer;
}

/** As many of the records as the Postgres adapter looks at, as entities; undefined where `most` of them do not tell. */
function levelOf(
  { records, clusters, fits }: Near,
  most: number,
  size: number,
  room: number,
): Level | undefined {
  const told = new Map(clusters);
  const found = new Map<string, Entity>();
  for (let from = 0; ; from += size) {
    const chunk = records.slice(from, from + size);
    if (chunk.length < size && records.length === most) return undefined;
    for (const [index, record] of chunk.entries()) {
      const entity = entityTold(told.get(record) ?? record);
      if (fits[from + index]) found.set(entity.id, entity);
    }
    if (chunk.length < size) return { entities: [...found.values()], exact: true };
    if (found.size > room) return { entities: [...found.values()], exact: false };
  }
}

/** Each entity is there because a link of the answer leads to it from the level before. */
function mustLead(
  levels: readonly Entity[][],
  shown: ReadonlySet<string>,
  steps: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [place, level] of levels.slice(1).entries()) {
    const led = new Set(levels[place]!.flatMap(({ id }) => [...(steps.get(id) ?? [])]));
    for (const { id } of level) if (shown.has(id) && !led.has(id)) throw new Elsewhere('behind');
  }
}
