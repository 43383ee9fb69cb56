import { STANDS } from '../projection/cursor.neo4j.ts';

// The questions in Cypher, on what projection/SPEC.md says stands in the store. Every link and every entity is tested inside of
// the pattern that meets it: tenant, datasets and clearance of the reader, and what the question leaves out. To plan a text takes
// the store a tenth of a second, on a cold one seconds. So texts are few and small, and all parameters are in one map, `q`: the
// store plans anew for another type or length of list among its parameters, and does not look into a map.

/** Entities that lie just beyond one side of a walk, at most; Postgres walks where there are more. */
export const MOST_NEAR = 50_000;
/**
 * Links of the entities that are asked about, at most, where all of them are looked at: Postgres reads a hub's neighbours in the
 * order of the answer from an index, and no further than needed.
 */
export const MOST_LINKS = 1_000;
/** Steps between two positions of all paths of one length, at most. */
export const MOST_STEPS = 5_000;

/** Of an entity of several records: the reader does not see all of them, so that judgements must tell what it is. */
const hidesSome = (n: string): string =>
  `(${n}.marking > $q.clearance OR any(d IN ${n}.datasets WHERE NOT d IN $q.datasets))`;

const partly = (n: string): string => `${n}.size > 1 AND ${hidesSome(n)}`;

/** What an answer says of an entity: its id, or all its records, or false where it is seen in part. See `Told`. */
const told = (n: string): string =>
  `CASE WHEN ${n}.size = 1 THEN ${n}.id WHEN ${hidesSome(n)} THEN false ELSE ${n}.records END`;

/** Seen by the reader, or in part perhaps. */
const seen = (n: string): string =>
  `${n}.tenant = $q.tenant AND (${n}.marking <= $q.clearance OR ${n}.size > 1) AND any(d IN ${n}.datasets WHERE d IN $q.datasets)`;

/** Seen by the reader. */
const open = (l: string): string =>
  `${l}.tenant = $q.tenant AND ${l}.dataset IN $q.datasets AND ${l}.marking <= $q.clearance`;

/** Seen, of the kind that is asked for, and in the direction that is, as one walks from `near`. */
const link = (l: string, near?: string): string =>
  [
    `${open(l)} AND ($q.references OR NOT ${l}.reference) AND ($q.types IS NULL OR ${l}.type IN $q.types)`,
    ...(near ? [`($q.onward IS NULL OR NOT ${l}.directed OR (startNode(${l}) = ${near}) = $q.onward)`] : []),
  ].join(' AND ');

/**
 * What serves, and the entities that the question starts from. Without a row nothing serves. Position and generation are read
 * first: what is committed meanwhile may be met too. A generation that was let go meanwhile is being dropped, and a batch may be
 * half written: `stands` and `later`, the position by then, are read last, past what the store remembers of the node.
 */
const FROM = `
MATCH (p:Projection {name: 'summit'})
WITH p, p.generation AS generation, p.position AS position, p.epoch AS epoch
CALL (generation) {
  UNWIND $q.ids AS id
  MATCH (n:Entity {key: toString(generation) + '|' + $q.tenant + '|' + id})
  RETURN collect(n) AS given
}`;
const RETURN = `
RETURN generation, position, epoch, ${STANDS} AS stands, properties(p).position AS later, [n IN given | ${told('n')}] AS given`;

export const POSITION = `
MATCH (p:Projection {name: 'summit'})
RETURN p.position AS position`;

/** How many links the given ones have, which the store knows without reading them. Where they are too many, none is walked. */
const LINKS = `
CALL (given) {
  UNWIND given AS n
  RETURN sum(COUNT { (n)-[:LINK]-() }) AS links
}
WITH *, CASE WHEN links > ${MOST_LINKS} THEN [] ELSE given END AS walked`;

const COUNTS = `
CALL (walked) {
  UNWIND walked AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE m <> n AND ${open('l')} AND ${seen('m')}
  WITH n.id AS entity, l.type AS type, l.reference AS reference,
    CASE WHEN NOT l.directed THEN 'ANY' WHEN startNode(l) = n THEN 'OUT' ELSE 'IN' END AS direction,
    count(*) AS count, max(CASE WHEN ${partly('m')} THEN 1 ELSE 0 END) AS partly
  RETURN collect({entity: entity, type: type, reference: reference, direction: direction, count: count}) AS counts,
    max(partly) = 1 AS countsPartly
}`;

export const DEGREES = `${FROM}${LINKS}${COUNTS}${RETURN}, links, counts, countsPartly`;

/** All that `near` holds, counted, and a page of it by id. */
const PAGE = `
CALL (near) {
  UNWIND near AS m
  WITH m, m.id AS id
  WHERE id > $q.after
  ORDER BY id LIMIT $q.first
  RETURN collect(${told('m')}) AS page
}`;
const NEAR_TOLD = `, page, size(near) AS total, any(m IN near WHERE ${partly('m')}) AS partly`;

export const EXPAND = `${FROM}${LINKS}
CALL (walked) {
  UNWIND walked AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE m <> n AND ${link('l', 'n')} AND ${seen('m')}
  RETURN collect(DISTINCT m) AS near
}${PAGE}${COUNTS}${RETURN}${NEAR_TOLD}, links, counts, countsPartly`;

/** Starts from the entity with the fewest links: every other one only has to confirm. */
export const common = (given: number): string => `${FROM}
CALL (given) {
  UNWIND given AS n
  WITH n ORDER BY COUNT { (n)-[:LINK]-() }
  RETURN collect(n) AS ordered
}
CALL (ordered) {
  WITH ordered[0] AS n, tail(ordered) AS others
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE NOT m.id IN $q.ids AND ${link('l', 'n')} AND ${seen('m')}${
    given > 1
      ? `
  WITH DISTINCT m, others
  UNWIND others AS other
  MATCH (other)-[k:LINK]-(m)
  WHERE ${link('k', 'other')}
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
export const NEAR = `${FROM}${LINKS}
CALL (walked) {
  UNWIND walked AS n
  MATCH (n)-[l:LINK]-(m:Entity)
  WHERE NOT m.id IN $q.known AND ${link('l', 'n')} AND ${seen('m')}
  WITH DISTINCT m, CASE WHEN m.size = 1 THEN m.id WHEN startNode(l) = n THEN l.target ELSE l.source END AS record
  ORDER BY record LIMIT $q.most
  RETURN collect(record) AS records, collect(CASE WHEN m.size > 1 THEN [record, ${told('m')}] END) AS clusters,
    collect($q.schemas IS NULL OR any(s IN m.schemas WHERE s IN $q.schemas)) AS fits
}${RETURN}, links, records, clusters, fits`;

export const AMONG = `${FROM}
CALL (given) {
  UNWIND given AS n
  MATCH (n)-[l:LINK]->(m:Entity)
  WHERE m.id IN $q.ids AND ${link('l')} AND ${seen('m')}
  RETURN collect(l) AS found
}
CALL (found) {
  UNWIND found AS l
  WITH l.id AS id
  ORDER BY id LIMIT $q.most
  RETURN collect(id) AS links
}${RETURN}, links, size(found) AS total`;

const ENDS = `
  WITH [n IN given WHERE n.id = $q.from][0] AS a, [n IN given WHERE n.id = $q.to][0] AS b
  WHERE a <> b`;

/** Where the given ones lie in the store, for the statements that go on from there. */
const PLACES = `, [n IN given | id(n)] AS places`;

const LEADS = `all(l IN relationships(way) WHERE ${link('l')}) AND all(n IN nodes(way) WHERE ${seen('n')})`;

/** Every path of the fewest hops that any has: `most` of them. */
export const shortest = (hops: number): string => `${FROM}
CALL (given) {${ENDS}
  MATCH way = allShortestPaths((a)-[:LINK*..${hops}]-(b))
  WHERE ${LEADS}
  WITH DISTINCT nodes(way) AS steps
  LIMIT $q.most
  RETURN collect([n IN steps | ${told('n')}]) AS ways
}${RETURN}${PLACES}, ways`;

/**
 * The same for who sees all that there is, in a fraction of the time: a step is tested when a way is found, not on the way.
 * `found` counts the ways before the test: where none of them passes, or there are `most`, nothing is told yet. Of what is
 * hidden from somebody it would tell by its time that it leads there.
 */
export const shortestOfAll = (hops: number): string => `${FROM}
CALL (given) {${ENDS}
  MATCH way = allShortestPaths((a)-[:LINK*..${hops}]-(b))
  WITH way LIMIT $q.most
  WITH count(*) AS found, collect(CASE WHEN ${LEADS} THEN nodes(way) END) AS passing
  UNWIND CASE WHEN passing = [] THEN [null] ELSE passing END AS steps
  WITH DISTINCT found, steps
  RETURN found, collect([n IN steps | ${told('n')}]) AS ways
}${RETURN}${PLACES}, found, ways`;

/** Whether one step leads from one end to the other. */
export const LINKED = `${FROM}
CALL (given) {${ENDS}
  MATCH (a)-[l:LINK]-(b)
  WHERE ${link('l', 'a')}
  RETURN count(l) > 0 AS linked
}${RETURN}${PLACES}, linked`;

/** Places one step from those of `front`, without the ends. More than MOST_NEAR are not all. */
export const GROWN = `${FROM}
CALL () {
  UNWIND $q.front AS place
  MATCH (x:Entity)-[l:LINK]-(y:Entity)
  WHERE id(x) = place AND y <> x AND ${link('l', 'x')} AND ${seen('y')}
  WITH DISTINCT y, id(y) AS there
  WHERE NOT there IN $q.ends
  WITH there LIMIT ${MOST_NEAR + 1}
  RETURN collect(there) AS grown
}${RETURN}, grown`;

/** The steps from the places of `front` to those of `beyond`, in pairs, and the entities at both. MOST_STEPS are not all. */
export const STEPS = `${FROM}
CALL () {
  UNWIND $q.front AS place
  MATCH (x:Entity)-[l:LINK]-(y:Entity)
  WHERE id(x) = place AND y <> x AND ${link('l', 'x')} AND ${seen('y')}
  WITH DISTINCT x, y
  WITH x, y, id(y) AS there
  WHERE there IN $q.beyond
  WITH x, y, there LIMIT ${MOST_STEPS}
  WITH collect([id(x), there]) AS pairs, collect(DISTINCT x) AS xs, collect(DISTINCT y) AS ys
  RETURN pairs, [n IN xs + ys | [id(n), ${told('n')}]] AS met
}${RETURN}, pairs, met`;

const paths = (hops: number): string[] => [shortestOfAll(hops), shortest(hops)];

/** Every text that there is, those first that most people ask. */
export const everyText = (hops: number): string[] => {
  const lengths = Array.from({ length: hops }, (_, index) => index + 1).sort(
    (a, b) => Math.abs(a - 4.1) - Math.abs(b - 4.1),
  );
  return [
    ...[NEAR, ...paths(4), AMONG, DEGREES, EXPAND, common(2), common(1), LINKED, GROWN, STEPS],
    ...lengths.filter((each) => each !== 4).flatMap(paths),
  ];
};
