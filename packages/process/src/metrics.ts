import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Part } from './lifecycle.ts';

export const registry = new Registry();

const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
  new Counter({ name, help, labelNames, registers: [registry] });
const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
  new Gauge({ name, help, labelNames, registers: [registry] });
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const histogram = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
  new Histogram({ name, help, labelNames, buckets: seconds, registers: [registry] });

/** Every metric of every process, declared once. Labels come from fixed sets, never from callers. */
export const metrics = {
  httpSeconds: histogram('summit_http_request_seconds', 'Time to answer a request.', [
    'door',
    'route',
    'status',
  ]),
  refused: counter('summit_refused_total', 'Requests refused before any work, by error code.', ['code']),
  graphqlSeconds: histogram('summit_graphql_seconds', 'Time of a GraphQL operation.', ['kind', 'outcome']),
  databaseSeconds: histogram('summit_database_seconds', 'Time of a database transaction.', [
    'kind',
    'outcome',
  ]),
  databaseRetries: counter(
    'summit_database_retries_total',
    'Transactions run again: after a conflict, a lost connection, or on a server that only reads by now.',
    ['reason'],
  ),
  databaseReads: counter('summit_database_reads_total', 'Readings of questions, by who answered.', [
    'server',
  ]),
  replicaPassed: counter(
    'summit_replica_passed_over_total',
    'Readings that the primary answered because no replica could: dead, stale, behind or failed.',
    ['reason'],
  ),
  replicaLag: gauge(
    'summit_replica_lag_seconds',
    'How far a replica is behind the primary; -1 when it cannot be asked.',
    ['replica'],
  ),
  poolConnections: gauge('summit_database_pool_connections', 'Connections by pool and state.', [
    'pool',
    'state',
  ]),
  breakerState: gauge(
    'summit_breaker_state',
    'Whether a store is called: 0 yes, 1 one call is trying, 2 no, it does not answer.',
    ['store'],
  ),
  projectionState: gauge(
    'summit_projection_state',
    'The state that a projection is in: 1, any other 0. From the worker that runs it alone, as its lag.',
    ['projection', 'state'],
  ),
  projectionLagChanges: gauge(
    'summit_projection_lag_changes',
    'Changes of the log that a projection has not applied, 100,000 at most.',
    ['projection'],
  ),
  projectionLagSeconds: gauge(
    'summit_projection_lag_seconds',
    'For how long the oldest change that a projection has not applied has been waiting.',
    ['projection'],
  ),
  projectionDelaySeconds: histogram(
    'summit_projection_delay_seconds',
    'From a change, the oldest of its batch, until it stands in the store.',
    ['projection'],
  ),
  projectionBatchSeconds: histogram('summit_projection_batch_seconds', 'Time of one batch of changes.', [
    'projection',
  ]),
  projectionRows: counter('summit_projection_rows_total', 'Rows that were set or removed in a store.', [
    'projection',
  ]),
  projectionRebuilds: counter('summit_projection_rebuilds_total', 'New generations that took over.', [
    'projection',
  ]),
  projectionRebuildSeconds: gauge(
    'summit_projection_rebuild_seconds',
    'How long the last filling of a new generation took.',
    ['projection'],
  ),
  projectionDrift: counter(
    'summit_projection_drift_total',
    'Entities and links that were found different from Postgres, by kind: missing, extra, stale, wrongTenant.',
    ['projection', 'kind'],
  ),
  horizonSeconds: gauge(
    'summit_horizon_age_seconds',
    'Age of the transaction that holds back the stable prefix.',
  ),
  importRows: counter('summit_import_rows_total', 'Source rows by fate.', ['fate']),
  importSeconds: histogram('summit_import_batch_seconds', 'Time of one import batch.'),
  backgroundFailures: counter(
    'summit_background_failures_total',
    'Work beside requests that failed, by kind.',
    ['work'],
  ),
  subscriptions: gauge('summit_live_subscriptions', 'Open live subscriptions.'),
  queueDepth: gauge('summit_queue_depth', 'Jobs that wait for a worker, by kind.', ['queue']),
  queueOldest: gauge('summit_queue_oldest_seconds', 'How long the oldest of them has waited.', ['queue']),
  queueRunning: gauge('summit_queue_running', 'Jobs at work, by kind.', ['queue']),
  queueFailures: gauge('summit_queue_failures', 'Jobs that failed within a day, by kind.', ['queue']),
  graphAnswers: counter(
    'summit_graph_answers_total',
    'Graph questions asked in Neo4j by who answered, and why Postgres did: cold, empty, nowhere, partly, behind, own, large; or nobody: busy.',
    ['served_by', 'reason'],
  ),
  answers: counter(
    'summit_kept_answers_total',
    'Heavy reads by what became of them: hit, miss, unsettled (not looked up), broken (what lay there was not ours); of misses those whose answer was not kept: large.',
    ['question', 'outcome'],
  ),
  redisFallbacks: counter(
    'summit_redis_fallbacks_total',
    'What a process did without Redis, by use: limits, cache, revocations.',
    ['use'],
  ),
  kafkaPublished: counter('summit_kafka_published_total', 'Events of changes that Kafka has taken.'),
  kafkaPublishingLag: gauge(
    'summit_kafka_publishing_lag',
    'Changes that are not published yet, 10,000 of each tenant at most, and seconds that the oldest of them has waited.',
    ['unit'],
  ),
  kafkaIngested: counter(
    'summit_kafka_ingested_total',
    'What became of events: facts created, updated, unchanged or removed; messages duplicate, superseded or dead.',
    ['fate'],
  ),
  kafkaIngestSeconds: histogram('summit_kafka_ingest_batch_seconds', 'Time to take in one batch of events.'),
  kafkaIngestLag: gauge(
    'summit_kafka_ingest_lag_messages',
    'Messages that wait to be taken in, of each partition as of when it was last asked.',
  ),
  kafkaFailures: counter(
    'summit_kafka_failures_total',
    'Rounds that Kafka or the database did not let through, by part: publishing, ingest.',
    ['part'],
  ),
  redisConnected: gauge('summit_redis_connected', 'Whether this process is connected to Redis: 1 or 0.'),
};

// Nobody who has nothing to do with Redis says that it lacks it.
metrics.redisConnected.remove();

/** Serves `/metrics` for Prometheus on loopback. */
export function serveMetrics(port: number, host = '127.0.0.1'): Part {
  collectDefaultMetrics({ register: registry });
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  });
  return {
    run: () =>
      new Promise((done, failed) => {
        server.once('error', failed);
        server.listen(port, host, () => done());
      }),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
