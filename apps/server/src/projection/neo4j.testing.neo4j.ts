import { createLogger } from '@summit/process/log';
import type { startNeo4j } from '../../../../servers/neo4j.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { projectionPosition, readCursor } from './cursor.neo4j.ts';
import { type Following, followOnce } from './follow.neo4j.ts';
import { neo4jProjecting } from './projecting.neo4j.ts';
import { ProjectionRunner } from './runner.ts';
import { inSnapshot, lagOf } from './source.ts';
import { Neo4jStore } from './store.neo4j.ts';

export const storeOf = (server: Awaited<ReturnType<typeof startNeo4j>>, port = server.port): Neo4jStore =>
  new Neo4jStore({ uri: `bolt://127.0.0.1:${port}`, user: server.user, password: server.password });

/** How long a worker of a test has the right to write without asking again. */
export const LEASE_MS = 3_000;

/** A projector as a worker runs it. */
export function projector(db: Database, store: Neo4jStore, { patrolMs = 3_600_000 } = {}): ProjectionRunner {
  const log = createLogger('test', 'fatal');
  return new ProjectionRunner({
    ...{ name: 'neo4j', db, log, leaseMs: LEASE_MS, pollMs: 200 },
    projecting: neo4jProjecting({ db, store, log, patrolMs }),
  });
}

/** Applies what there is, in batches of so many rows, each as one that does not look at the one before. */
export async function catchUp(
  db: Database,
  store: Neo4jStore,
  fence: number,
  rows: () => number,
  more: Pick<Following, 'atOnce' | 'mayGoOn'> = {},
): Promise<void> {
  for (;;) {
    const cursor = await store.read((tx) => readCursor(tx));
    try {
      if (!(await followOnce({ db, store, name: 'summit', fence, rows: rows(), ...more }, cursor!))) return;
    } catch (error) {
      // Killed between two pieces, and on with the next worker.
      if (!(error instanceof Killed)) throw error;
    }
  }
}

/** Thrown where a worker is killed. */
export class Killed extends Error {}

/** What the store holds of a tenant in the generation that serves, in the shape of `wanted`. */
export const held = ({ scope: { tenant } }: Context, store: Neo4jStore): Promise<string[]> =>
  store.read(async (tx) => {
    const cursor = await readCursor(tx);
    const prefix = `${cursor?.generation}|${tenant}|`;
    const entities = await tx.run<{ row: unknown[] }>(
      `MATCH (e:Entity) WHERE e.key STARTS WITH $prefix
       RETURN ['entity', e.id, e.schemas, e.datasets, e.marking, e.size, e.records] AS row`,
      { prefix },
    );
    const links = await tx.run<{ row: unknown[] }>(
      `MATCH (s)-[l:LINK]->(t) WHERE l.key STARTS WITH $prefix
       RETURN ['link', l.id, l.type, l.dataset, l.marking, l.directed, l.reference, l.validFrom, l.validTo, l.source, l.target,
               s.id, t.id] AS row`,
      { prefix },
    );
    return [...entities, ...links].map(({ row }) => JSON.stringify(row)).sort();
  });

/** The store holds all that the log does. */
export async function isLevelWith(db: Database, store: Neo4jStore): Promise<boolean> {
  const cursor = await projectionPosition(store).catch(() => undefined);
  return cursor !== undefined && (await inSnapshot(db, (tx) => lagOf(tx, cursor.position))).changes === 0;
}

export async function until(holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not come about');
    await new Promise((done) => setTimeout(done, 50));
  }
}
