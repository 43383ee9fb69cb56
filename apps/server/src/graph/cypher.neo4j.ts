import type { Direction } from './graphQueries.ts';

// The questions in Cypher, on what projection/SPEC.md says stands in the store. Every link and every entity is tested inside of
// the pattern that meets it: tenant, datasets and clearance of the reader, and what the question leaves out. Texts differ only
// by what is asked, never by values, so that each is planned once.

/** Entities that lie just beyond one side of a walk, at most; Postgres walks where there are more. */
export const MOST_NEAR = 50_000;
/** Steps between two positions of all paths of one length, at most. */
export const MOST_STEPS = 5_000;

/** Of an entity of several records: the reader does not see all of them, so that judgements must tell what it is. */
const hidesSome = (n: string): string =>
  `(${n}.marking > $clearance OR any(d IN ${n}.datasets WHERE NOT d IN $datasets))`;

const partly = (n: string): string => `${n}.size > 1 AND ${hidesSome(n)}`;

/** What an answer says of an entity: its id, or all its records, or false where it is seen in part. See `Told`. */
const told = (n: string): string =>
  `CASE WHEN ${n}.size = 1 THEN ${n}.id WHEN ${hidesSome(n)} THEN false ELSE ${n}.records END`;

/** Seen by the reader, or in part perhaps. */
const seen = (n: string): string =>
  `${n}.tenant = $tenant AND (${n}.marking <= $clearance OR ${n}.size > 1) AND any(d IN ${n}.datasets WHERE d IN $datasets)`;

/** Seen by the reader. */
const open = (l: string): string =>
  `${l}.tenant = $tenant AND ${l}.dataset IN $datasets AND ${l}.marking <= $clearance`;

/** Seen, of the kind that is asked for, and in the direction as one walks from `near`. */
function link(l: string, direction: Direction = 'ANY', near = ''): string {
  const end = direction === 'OUT' ? 'startNode' : 'endNode';
  return [
    `${open(l)} AND ($references OR NOT ${l}.reference) AND ($types IS NULL OR ${l}.type IN $types)`,
    ...(direction === 'ANY' ? [] : [`(NOT ${l}.directed OR ${end}(${l}) = ${near})`]),
  ].join(' AND ');
}

/**
 * What serves, and the entities that the question starts from. Without a row nothing serves. Position and generation are read
 * first: what is committed meanwhile may be met too. A generation that was let go meanwhile is being dropped: `stands` is read
 * last, past what the store remembers of the node.
 */
const FROM = `
MATCH (p:Projection {name: 'summit'})
WITH p, p.generation AS generation, p.position AS position
CALL (generation) {
  UNWIND $ids AS id
  MATCH (n:Entity {key: toString(generation) + '|' + $tenant + '|' + id})
  RETURN collect(n) AS given
}`;
const RETURN = `
RETURN generation, position, properties(p).generation = generation AS stands, [n IN given | ${told('n')}] AS given`;

export const POSITION = `
MATCH (p:Projection {name: 'summit'})
RETURN p.position AS position`;

const COUNTS = `
CALL (given) {
  UNWIND given AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE m <> n AND ${open('l')} AND ${seen('m')}
  WITH n.id AS entity, l.type AS type, l.reference AS reference,
    CASE WHEN NOT l.directed THEN 'ANY' WHEN startNode(l) = n THEN 'OUT' ELSE 'IN' END AS direction,
    count(*) AS count, max(CASE WHEN ${partly('m')} THEN 1 ELSE 0 END) AS partly
  RETURN collect({entity: entity, type: type, reference: reference, direction: direction, count: count}) AS counts,
    max(partly) = 1 AS countsPartly
}`;

export const degrees = (): string => `${FROM}${COUNTS}${RETURN}, counts, countsPartly`;

/** All that `near` holds, counted, and a page of it by id. */
const PAGE = `
CALL (near) {
  UNWIND near AS m
  WITH m, m.id AS id
  WHERE id > $after
  ORDER BY id LIMIT $first
  RETURN collect(${told('m')}) AS page
}`;
const NEAR_TOLD = `, page, size(near) AS total, any(m IN near WHERE ${partly('m')}) AS partly`;

export const expand = (direction?: Direction): string => `${FROM}
CALL (given) {
  UNWIND given AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE m <> n AND ${link('l', direction, 'n')} AND ${seen('m')}
  RETURN collect(DISTINCT m) AS near
}${PAGE}${COUNTS}${RETURN}${NEAR_TOLD}, counts, countsPartly`;

/** Starts from the entity with the fewest links: every other one only has to confirm. */
export const common = (direction: Direction | undefined, given: number): string => `${FROM}
CALL (given) {
  UNWIND given AS n
  WITH n ORDER BY COUNT { (n)-[:LINK]-() }
  RETURN collect(n) AS ordered
}
CALL (ordered) {
  WITH ordered[0] AS n, tail(ordered) AS others
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE NOT m.id IN $ids AND ${link('l', direction, 'n')} AND ${seen('m')}${
    given > 1
      ? `
  WITH DISTINCT m, others
  UNWIND others AS other
  MATCH (other)-[k:LINK]-(m)
  WHERE ${link('k', direction, 'other')}
  WITH m, size(others) AS wanted, count(DISTINCT other) AS met
  WHERE met = wanted`
      : ''
  }
  RETURN collect(DISTINCT m) AS near
}${PAGE}${RETURN}${NEAR_TOLD}`;

/**
 * Records one step away, by id: as they are walked, several may be one entity's. `clusters` tells of those that are not entities
 * by themselves, `fits` which have one of the schemata, where some are asked for.
 */
export const near = (direction: Direction | undefined, schemas: boolean): string => `${FROM}
CALL (given) {
  UNWIND given AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE NOT m.id IN $known AND ${link('l', direction, 'n')} AND ${seen('m')}
  WITH DISTINCT m, CASE WHEN m.size = 1 THEN m.id WHEN startNode(l) = n THEN l.target ELSE l.source END AS record
  ORDER BY record LIMIT $most
  RETURN collect(record) AS records, collect(CASE WHEN m.size > 1 THEN [record, ${told('m')}] END) AS clusters,
    ${schemas ? 'collect(any(s IN m.schemas WHERE s IN $schemas))' : 'null'} AS fits
}${RETURN}, records, clusters, fits`;

export const among = (): string => `${FROM}
CALL (given) {
  UNWIND given AS n
  MATCH (n)-[l:LINK]->(m:Entity)
  WHERE m.id IN $ids AND ${link('l')} AND ${seen('m')}
  RETURN collect(l) AS found
}
CALL (found) {
  UNWIND found AS l
  WITH l.id AS id
  ORDER BY id LIMIT $most
  RETURN collect(id) AS links
}${RETURN}, links, size(found) AS total`;

const ENDS = `
  WITH [n IN given WHERE n.id = $from][0] AS a, [n IN given WHERE n.id = $to][0] AS b
  WHERE a <> b`;

/** Every path of the fewest hops that any has: `most` of them. */
export const shortest = (hops: number): string => `${FROM}
CALL (given) {${ENDS}
  MATCH way = allShortestPaths((a)-[:LINK*..${hops}]-(b))
  WHERE all(l IN relationships(way) WHERE ${link('l')}) AND all(n IN nodes(way) WHERE ${seen('n')})
  WITH DISTINCT nodes(way) AS steps
  LIMIT $most
  RETURN collect([n IN steps | ${told('n')}]) AS ways
}${RETURN}, ways`;

/**
 * One more path, if any: leaves a known one at `id`, does not go to `next` from there, nor back to what lies `behind`, and has
 * `hops` at most.
 */
export const another = (hops: number): string => `${FROM}
CALL (generation, given) {${ENDS}
  UNWIND $turns AS turn
  MATCH (c:Entity {key: toString(generation) + '|' + $tenant + '|' + turn.id})
  MATCH way = shortestPath((c)-[:LINK*..${hops}]-(b))
  WHERE all(l IN relationships(way) WHERE ${link('l')}
      AND NOT (startNode(l) = c AND endNode(l).id IN turn.next) AND NOT (endNode(l) = c AND startNode(l).id IN turn.next))
    AND all(n IN nodes(way) WHERE ${seen('n')} AND NOT n.id IN turn.behind)
  WITH way, turn
  WHERE length(way) <= turn.hops
  LIMIT 1
  RETURN collect([n IN nodes(way) | ${told('n')}]) AS ways
}${RETURN}, ways`;

/**
 * The steps between neighbouring positions of all walks of exactly so many hops between two entities that do not come back to
 * either; some of the walks visit another one twice or end nowhere. Both sides grow until they meet, in an entity or by a link.
 * `sizes` above MOST_NEAR, or `steps` above MOST_STEPS, are not complete.
 */
export function layers(directed: boolean, hops: number): string {
  const onward = directed ? 'OUT' : 'ANY';
  const back = directed ? 'IN' : 'ANY';
  const half = Math.floor(hops / 2);
  const odd = hops % 2 === 1;
  const grow = (side: 'f' | 'g', kind: Direction) =>
    Array.from(
      { length: half },
      (_, index) => `
CALL (a, b, ${side}${index}) {
  UNWIND ${side}${index} AS x
  MATCH (x)-[l:LINK]-(y:Entity)
  WHERE y <> x AND y <> a AND y <> b AND ${link('l', kind, 'x')} AND ${seen('y')}
  WITH DISTINCT y
  LIMIT ${MOST_NEAR + 1}
  RETURN collect(y) AS ${side}${index + 1}
}`,
    ).join('');
  /** From the front `x` of one side to those of `y`, as pairs in walking order. */
  const steps = (name: string, x: string, y: string, kind: Direction, forward: boolean) => `
CALL (${x}, ${y}) {
  WITH ${x} AS xs, [n IN ${y} | n.id] AS ys
  UNWIND xs AS x
  MATCH (x)-[l:LINK]-(y:Entity)
  WHERE y <> x AND y.id IN ys AND ${link('l', kind, 'x')} AND ${seen('y')}
  WITH DISTINCT ${forward ? 'x AS s, y AS t' : 'y AS s, x AS t'}
  LIMIT ${MOST_STEPS}
  RETURN collect([s.id, t.id]) AS ${name}, collect(DISTINCT s) AS ${name}s, collect(DISTINCT t) AS ${name}t
}`;
  const sizes = Array.from({ length: half }, (_, index) => [`f${index + 1}`, `g${index + 1}`]).flat();
  const parts = [grow('f', onward), grow('g', back)];
  /** Where the walks are at each position, as a variable's name. */
  let [left, right] = [`f${half}`, `g${half}`];
  const names: string[] = [];
  if (odd) {
    parts.push(steps(`e${half}`, left, right, onward, true));
    names.push(`e${half}`);
    [left, right] = [`e${half}s`, `e${half}t`];
  } else {
    parts.push(`
CALL (${left}, ${right}) {
  UNWIND ${left} + ${right} AS n
  WITH n, count(*) AS times
  WHERE times = 2
  RETURN collect(n) AS middle
}`);
    [left, right] = ['middle', 'middle'];
  }
  for (let place = half - 1; place >= 0; place--) {
    const [before, after] = [`e${place}`, `e${hops - 1 - place}`];
    parts.push(steps(before, `f${place}`, left, onward, true), steps(after, `g${place}`, right, back, false));
    names.unshift(before);
    names.push(after);
    [left, right] = [`${before}s`, `${after}t`];
  }
  const met = names.map((name) => `${name}s`).join(' + ');
  return `${FROM}
CALL (given) {${ENDS}
  RETURN a, b
}
WITH p, generation, position, given, a, b, [a] AS f0, [b] AS g0${parts.join('')}
CALL (${names.map((name) => `${name}s`).join(', ')}) {
  UNWIND ${met} AS n
  WITH DISTINCT n
  RETURN collect(${told('n')}) AS met
}${RETURN}, [${names.join(', ')}] AS steps, [${sizes.map((name) => `size(${name})`).join(', ')}] AS sizes, met`;
}
