import type { ConfigWith } from '@summit/process/config';
import type { RedisConnection } from '@summit/process/connection.redis';
import { Turns } from '@summit/process/turns';
import { redisAnswers } from './change/answers.redis.ts';
import { Answers } from './change/answers.ts';
import { codeHash } from './change/codeHash.ts';
import type { Context } from './context.ts';
import { keptGraph } from './graph/graphQueries.kept.ts';
import { neo4jGraph } from './graph/graphQueries.neo4j.ts';
import { postgresGraph } from './graph/graphQueries.postgres.ts';
import type { GraphQueries } from './graph/graphQueries.ts';

const graphs = new WeakMap<object, GraphQueries>();
const turns = new WeakMap<object, Turns>();

/** Each question has two statements in the store at once, which has 20 connections. */
const QUESTIONS_MOST = 10;
const TURN_MS = 5_000;
/** One request asks up to sixty questions. */
const WAITING_MOST_EACH = 100;

type Stores = Pick<Context, 'db' | 'answers' | 'graphStore'>;

/** Where graph questions are answered. The only place that knows which adapter stands behind a port. */
export function graphOf({ db, answers, graphStore }: Stores): GraphQueries {
  const own = ownGraphOf({ db, ...(answers && { answers }) });
  return graphStore ? once(graphStore, () => neo4jGraph(db, graphStore, own)) : own;
}

/** The same on Postgres alone, for what opens whatever other stores do. */
export function ownGraphOf({ db, answers }: Omit<Stores, 'graphStore'>): GraphQueries {
  return once(answers ?? db, () => (answers ? keptGraph(postgresGraph(db), answers) : postgresGraph(db)));
}

/**
 * Who walks in a store of its own holds a connection to Postgres meanwhile: a quarter of those is left to everything else, however
 * slow the store is. One asker leaves a place to the others. Undefined where Postgres walks.
 */
export function graphTurnsOf({ db, graphStore }: Stores): Turns | undefined {
  if (!graphStore) return undefined;
  let found = turns.get(graphStore);
  if (!found) {
    const most = Math.max(1, Math.min(QUESTIONS_MOST, Math.floor((db.reads.options.max * 3) / 4)));
    found = new Turns({
      most,
      mostEach: Math.max(1, most - 1),
      waitMs: TURN_MS,
      waitingMostEach: WAITING_MOST_EACH,
    });
    turns.set(graphStore, found);
  }
  return found;
}

function once(store: object, make: () => GraphQueries): GraphQueries {
  const graph = graphs.get(store) ?? make();
  graphs.set(store, graph);
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
