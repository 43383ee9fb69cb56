import { Fenced } from './cursor.neo4j.ts';
import { type Neo4jStore, whole } from './store.neo4j.ts';

/** Nodes or links of one transaction: Neo4j keeps what a transaction deletes in memory until it ends. */
const AT_ONCE = 10_000;
/** Stands right behind the bar that ends a generation in a key. */
const BEHIND = '}';

const PATTERNS = {
  links: ['()-[x:LINK]->()', 'DELETE x'],
  entities: ['(x:Entity)', 'DETACH DELETE x'],
} as const;

/** The numbers of all generations of which something stands. Leaps through the keys, however many there are. */
export async function generationsIn(store: Neo4jStore): Promise<number[]> {
  const found = new Set<number>();
  for (const [pattern] of Object.values(PATTERNS)) {
    for (let from = ''; ; ) {
      const [first] = await store.read((tx) =>
        tx.run<{ key: string }>(
          `MATCH ${pattern} WHERE x.key >= $from RETURN x.key AS key ORDER BY x.key LIMIT 1`,
          { from },
        ),
      );
      if (!first) break;
      const [number = ''] = first.key.split('|');
      if (/^\d+$/.test(number)) found.add(Number(number));
      from = number + BEHIND;
    }
  }
  return [...found].sort((left, right) => left - right);
}

/** Takes a generation away, a piece at a time, links first. Throws Fenced where one serves, or is filled, under this number. */
export async function dropGeneration(
  store: Neo4jStore,
  generation: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const [pattern, remove] of Object.values(PATTERNS)) {
    for (let gone = AT_ONCE; gone === AT_ONCE; ) {
      signal?.throwIfAborted();
      const [row] = await store.write(async (tx) => {
        // Another worker may have begun it since it was looked: a cursor is there before any row.
        const used = await tx.run(`MATCH (p:Projection {generation: $generation}) RETURN p.name`, {
          generation: whole(generation),
        });
        if (used.length > 0) throw new Fenced(`generation ${generation} is another worker's`);
        return tx.run<{ gone: number }>(
          `MATCH ${pattern} WHERE x.key STARTS WITH $prefix WITH x LIMIT ${AT_ONCE} ${remove} RETURN count(*) AS gone`,
          { prefix: `${generation}|` },
        );
      });
      gone = row!.gone;
    }
  }
}
