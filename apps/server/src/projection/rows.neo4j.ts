/** Rows of the store as it holds them, in the order of their keys. */
import { type EntityRow, entityFact, keyOf, type LinkRow, linkFact, prefixOf } from './projection.ts';
import type { Id } from './source.ts';
import type { Cypher, Neo4jStore } from './store.neo4j.ts';

/** One entity or link, on whichever side: found by `place` (tenant|id), equal where the facts are. */
export interface Item extends Id {
  place: string;
  /** What the row itself says its tenant is. */
  saysTenant: string;
  fact: string;
  datasets: readonly string[];
}

export type What = 'entity' | 'link';

const PAGE = 5_000;

const PATTERNS = {
  entity: { match: '(x:Entity', all: '(x:Entity)', ends: '', close: ')' },
  link: {
    match: '()-[x:LINK',
    all: '()-[x:LINK]->()',
    ends: ', startNode(x).key AS from, endNode(x).key AS to',
    close: ']->()',
  },
} as const;

interface Found {
  key: string;
  x: { properties: Record<string, unknown> };
  from?: string | null;
  to?: string | null;
}

/** All of one kind in a generation, from behind a place on. */
export async function* storeItems(
  store: Neo4jStore,
  what: What,
  generation: number,
  from = '',
): AsyncGenerator<Item> {
  const { all, ends } = PATTERNS[what];
  const prefix = prefixOf(generation);
  for (let after = prefix + from; ; ) {
    const page = await store.read(
      (tx) =>
        tx.run<Found>(
          `MATCH ${all} WHERE x.key > $after AND x.key < $end
           WITH x ORDER BY x.key LIMIT ${PAGE} RETURN x.key AS key, x${ends}`,
          { after, end: `${generation}}` },
        ),
      { timeoutMs: 60_000 },
    );
    const isLast = page.length < PAGE;
    // Of the last key more may follow on the next page, which begins with it.
    const whole = page.filter(({ key }) => isLast || key !== page.at(-1)!.key);
    const seen = whole.length > 0 ? whole : page;
    yield* united(seen.map((found) => itemOf(what, generation, found)));
    if (isLast) return;
    after = seen.at(-1)!.key;
  }
}

/** Those of these ids that stand, by place. */
export async function storedItems(
  tx: Cypher,
  what: What,
  generation: number,
  ids: readonly Id[],
): Promise<Map<string, Item>> {
  const { match, close, ends } = PATTERNS[what];
  const found = await tx.run<Found>(
    `UNWIND $keys AS key MATCH ${match} {key: key}${close} RETURN key, x${ends}`,
    { keys: ids.map(({ tenant, id }) => keyOf(generation, tenant, id)) },
  );
  const items = found.map((each) => itemOf(what, generation, each));
  return new Map(united(items).map((item) => [item.place, item]));
}

/** What stands under one key more than once becomes one item, whose fact is nobody's. */
function united(items: readonly Item[]): Item[] {
  const byPlace = new Map<string, Item>();
  for (const item of items) {
    const twin = byPlace.get(item.place);
    byPlace.set(item.place, twin ? { ...item, fact: `${twin.fact} and again ${item.fact}` } : item);
  }
  return [...byPlace.values()];
}

function itemOf(what: What, generation: number, { key, x, from, to }: Found): Item {
  const place = key.slice(prefixOf(generation).length);
  const [tenant = '', id = ''] = place.split('|');
  const said = x.properties;
  const isOurs = said.generation === generation;
  const own = (end: string | null | undefined): string =>
    end?.startsWith(keyOf(generation, tenant, ''))
      ? end.slice(keyOf(generation, tenant, '').length)
      : `${end}`;
  const fact =
    what === 'entity'
      ? entityFact(rowOf(said, ['records']) as unknown as EntityRow)
      : linkFact({
          ...rowOf(said, ['validFrom', 'validTo']),
          from: own(from),
          to: own(to),
        } as unknown as LinkRow);
  const datasets = what === 'entity' ? said.datasets : [said.dataset];
  return {
    ...{ place, tenant, id, saysTenant: String(said.tenant) },
    // A row that names another generation is wrong, whatever else it says.
    fact: isOurs ? fact : `${fact} of generation ${String(said.generation)}`,
    datasets: Array.isArray(datasets) ? datasets.map(String) : [],
  };
}

/** What is absent in the store is null in a row. */
const rowOf = (said: Record<string, unknown>, optional: readonly string[]): Record<string, unknown> => ({
  ...Object.fromEntries(optional.map((name) => [name, null])),
  ...said,
});

export interface Stray {
  what: What;
  elementId: string;
  key: string | null;
  tenant: string | null;
  id: string | null;
}

const isStray = 'x.key IS NULL OR NOT any(prefix IN $prefixes WHERE x.key STARTS WITH prefix)';

/**
 * What stands in the store and belongs to none of these generations: no projector wrote it, or it was left behind. At most so many
 * of each kind, and how many there are.
 */
export async function straysIn(
  store: Neo4jStore,
  generations: readonly number[],
  most: number,
): Promise<{ strays: Stray[]; total: number }> {
  const prefixes = generations.map(prefixOf);
  const strays: Stray[] = [];
  let all = 0;
  for (const what of ['entity', 'link'] as const) {
    const { all: pattern } = PATTERNS[what];
    await store.read(
      async (tx) => {
        const [total] = await tx.run<{ n: number }>(`MATCH ${pattern} RETURN count(*) AS n`);
        let known = 0;
        for (const prefix of prefixes) {
          const [row] = await tx.run<{ n: number }>(
            `MATCH ${pattern} WHERE x.key STARTS WITH $prefix RETURN count(*) AS n`,
            { prefix },
          );
          known += row!.n;
        }
        if (known === total!.n) return;
        const rows = await tx.run<Omit<Stray, 'what'>>(
          `MATCH ${pattern} WHERE ${isStray}
           RETURN elementId(x) AS elementId, x.key AS key, x.tenant AS tenant, x.id AS id LIMIT ${most}`,
          { prefixes },
        );
        // Counted while the projector writes: where there are fewer than asked for, these are all.
        all += rows.length < most ? rows.length : Math.max(rows.length, total!.n - known);
        strays.push(...rows.map((row) => ({ ...row, what })));
      },
      { timeoutMs: 120_000 },
    );
  }
  return { strays, total: all };
}

/** Of these, what is a stray still: the store may have given its place to another row since. */
export async function removeStrays(
  tx: Cypher,
  strays: readonly Stray[],
  generations: readonly number[],
): Promise<void> {
  const prefixes = generations.map(prefixOf);
  for (const what of ['link', 'entity'] as const)
    await tx.run(
      `UNWIND $ids AS id MATCH ${PATTERNS[what].all} WHERE elementId(x) = id AND (${isStray})
       ${what === 'link' ? 'DELETE' : 'DETACH DELETE'} x`,
      { prefixes, ids: strays.filter((stray) => stray.what === what).map(({ elementId }) => elementId) },
    );
}
