import { type Config, readConfig } from '@summit/process/config';
import { liveBody } from '@summit/process/health';
import { readPublicKey } from '@summit/process/keys';
import { type Part, runProcess } from '@summit/process/lifecycle';
import { createLogger, type Logger } from '@summit/process/log';
import { serveMetrics } from '@summit/process/metrics';
import { openRedis } from '@summit/process/openRedis';
import { startTelemetry } from '@summit/process/telemetry';
import { Database } from './database/database.ts';
import { Pulse } from './database/pulse.ts';
import { Replicas } from './database/replicas.ts';
import { keepRoom } from './database/room.ts';
import { checkEpoch } from './database/standing.ts';
import { watchDatabase } from './database/watch.ts';
import { clearIncoming } from './file/blobs.ts';
import { finishRemovals } from './file/removed.ts';
import { WarmedStore } from './graph/warm.neo4j.ts';
import { graphqlHost } from './graphql/host.ts';
import { readLimits } from './graphql/limits.ts';
import { nouns } from './graphql/nouns.ts';
import { requestContext, untilGone } from './graphql/request.ts';
import { executableSchema } from './graphql/schema.ts';
import { type Call, httpServer, type Route } from './http.ts';
import { importUndo } from './import/import.commands.ts';
import { stopWatching } from './import/importFeed.ts';
import { QueueHealth } from './job/queues.ts';
import { brokerCheck, kafkaPlace } from './kafka/client.kafka.ts';
import { livePart } from './live/feed.ts';
import { keptAnswers } from './ports.ts';
import { ProjectionHealth } from './projection/lagHealth.ts';
import { openNeo4j } from './projection/neo4jPart.neo4j.ts';
import { routes } from './routes.ts';
import { storesHealth } from './stores.ts';

/** Role `api`: GraphQL and the streams, behind the gateway. */
export async function run(): Promise<void> {
  const config = readConfig(process.env, [
    'DATABASE_URL',
    'INTERNAL_PUBLIC_KEY',
    'ENCRYPTION_KEY',
    'SESSION_SECRET',
  ]);
  const log = createLogger('server');
  const telemetry = await startTelemetry('server', config);
  const db = new Database({
    url: config.DATABASE_URL,
    writeSize: config.PG_WRITE_POOL_SIZE,
    readSize: config.PG_READ_POOL_SIZE,
    maxLifetimeMs: config.PG_MAX_LIFETIME_MS,
    applicationName: 'summit-server',
  });
  keepRoom(db, config.SUMMIT_HOME);
  const pulse = new Pulse(db, log);
  const redis = await openRedis(config, log, 'summit-server');
  const answers = await keptAnswers(config, redis);
  const copy = openNeo4j(config, log);
  const graphStore = copy && new WarmedStore(copy, log);
  const lag = new ProjectionHealth(db, ['neo4j']);
  const queues = new QueueHealth(db);
  const health = storesHealth(config, [
    { name: 'postgres', check: () => pulse.beat(), needed: true },
    ...(copy ? [{ name: 'neo4j' as const, check: copy.ping }] : []),
    ...(redis ? [{ name: 'redis' as const, check: () => redis.check() }] : []),
    ...(config.KAFKA_ENABLED ? [{ name: 'kafka' as const, check: brokerCheck(kafkaPlace(config)) }] : []),
  ]);
  let draining = false;

  const host = graphqlHost({
    schema: executableSchema(nouns),
    limits: readLimits(),
    introspection: config.GRAPHQL_INTROSPECTION,
    log,
  });
  const graphql: Route = {
    method: 'POST',
    path: '/graphql',
    scope: 'user',
    handle: ({ request, response, ctx }: Call) => {
      const asked = {
        ...ctx,
        undoImport: importUndo,
        ...(answers && { answers }),
        ...(graphStore && { graphStore, projections: ['neo4j'] }),
      };
      return host(request, response, requestContext(asked, untilGone(response)));
    },
  };

  const http = httpServer({
    port: config.SERVER_PORT,
    publicKey: readPublicKey(config.INTERNAL_PUBLIC_KEY),
    db,
    positionSecret: Buffer.from(config.ENCRYPTION_KEY, 'hex'),
    files: {
      home: config.SUMMIT_HOME,
      most: config.IMPORT_MAX_BYTES,
      quota: config.BLOB_QUOTA_BYTES,
    },
    log,
    routes: [graphql, ...routes({ db, isDatabaseThere: () => pulse.beat(), config })],
    health: (path, url) => {
      const scope = url.searchParams.get('scope');
      if (path === '/health' || path === '/healthz')
        return Promise.resolve({ status: 200, body: liveBody() });
      if (path === '/health/ready') return health.ready(scope, draining);
      if (path === '/health/detailed')
        return health.detailed(scope).then((answer) => (scope === 'pod' ? answer : lag.addTo(answer)));
      if (path === '/queues/health') return queues.answer();
      return undefined;
    },
  });

  await runProcess({
    name: 'server',
    log,
    parts: [
      { run: () => checkEpoch(db), stop: async () => {} },
      {
        run: async () => {
          await clearIncoming(config.SUMMIT_HOME);
          await finishRemovals(db, config.SUMMIT_HOME);
        },
        stop: () => stopWatching(db),
      },
      { run: async () => {}, stop: () => telemetry.stop() },
      { run: async () => {}, stop: () => db.close() },
      pulse,
      ...replicas(db, config, log),
      watchDatabase(db, log),
      ...(graphStore ? [copy, graphStore, lag] : []),
      ...(redis ? [redis] : []),
      queues,
      serveMetrics(config.SERVER_METRICS_PORT),
      http,
      livePart(db),
    ],
    onDraining: () => {
      draining = true;
    },
  });
}

function replicas(db: Database, config: Config, log: Logger): Part[] {
  const urls = config.DATABASE_READ_REPLICAS ?? [];
  if (urls.length === 0) return [];
  return [
    new Replicas(db, urls, log, {
      readSize: config.PG_READ_POOL_SIZE,
      maxLifetimeMs: config.PG_MAX_LIFETIME_MS,
      applicationName: 'summit-server',
    }),
  ];
}
