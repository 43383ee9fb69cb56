import type { Context } from './context.ts';
import type { Database } from './database/database.ts';
import { postgresGraph } from './graph/graphQueries.postgres.ts';
import type { GraphQueries } from './graph/graphQueries.ts';

const graphs = new WeakMap<Database, GraphQueries>();

/** Where graph questions are answered. The only place that knows which adapter stands behind a port. */
export function graphOf({ db }: Pick<Context, 'db'>): GraphQueries {
  const known = graphs.get(db);
  if (known) return known;
  const graph = postgresGraph(db);
  graphs.set(db, graph);
  return graph;
}
