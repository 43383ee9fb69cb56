import type { ConfigWith } from '@summit/process/config';
import type { RedisConnection } from '@summit/process/connection.redis';
import { redisAnswers } from './change/answers.redis.ts';
import { Answers } from './change/answers.ts';
import { codeHash } from './change/codeHash.ts';
import type { Context } from './context.ts';
import type { Database } from './database/database.ts';
import { keptGraph } from './graph/graphQueries.kept.ts';
import { postgresGraph } from './graph/graphQueries.postgres.ts';
import type { GraphQueries } from './graph/graphQueries.ts';

const graphs = new WeakMap<Database | Answers, GraphQueries>();

/** Where graph questions are answered. The only place that knows which adapter stands behind a port. */
export function graphOf({ db, answers }: Pick<Context, 'db' | 'answers'>): GraphQueries {
  const known = graphs.get(answers ?? db);
  if (known) return known;
  const postgres = postgresGraph(db);
  const graph = answers ? keptGraph(postgres, answers) : postgres;
  graphs.set(answers ?? db, graph);
  return graph;
}

/** Where answers to heavy reads are kept; undefined where CACHE_STRATEGY or the lack of a store says that none are. */
export async function keptAnswers(
  { CACHE_STRATEGY, ENCRYPTION_KEY }: ConfigWith<'ENCRYPTION_KEY'>,
  redis: RedisConnection | undefined,
): Promise<Answers | undefined> {
  if (!redis || CACHE_STRATEGY === 'none') return undefined;
  const secret = Buffer.from(ENCRYPTION_KEY, 'hex');
  return new Answers({ store: redisAnswers(redis), secret, build: await codeHash() });
}
