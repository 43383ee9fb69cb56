import type { Config } from '@summit/process/config';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import type { Database } from '../database/database.ts';
import { neo4jProjecting } from './projecting.neo4j.ts';
import { ProjectionRunner } from './runner.ts';
import { Neo4jStore, neo4jOptions } from './store.neo4j.ts';

/** The connection to Neo4j of a process, where it is configured; tells the log when it goes and comes. */
export function openNeo4j(config: Config, log: Logger): (Neo4jStore & Part) | undefined {
  const options = neo4jOptions(config);
  if (!options) return undefined;
  const store = new Neo4jStore(options, (state, error) => {
    if (state === 'open') log.warn({ error, store: 'neo4j' }, 'Neo4j does not answer');
    if (state === 'closed') log.info({ store: 'neo4j' }, 'Neo4j answers again');
  });
  return Object.assign(store, { run: async () => {}, stop: () => store.close() });
}

/** What a worker runs for Neo4j. */
export function neo4jProjection(db: Database, config: Config, log: Logger): Part[] {
  const store = openNeo4j(config, log);
  if (!store) return [];
  const projecting = neo4jProjecting({ db, store, log });
  return [store, new ProjectionRunner({ name: 'neo4j', db, log, projecting })];
}
