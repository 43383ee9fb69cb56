import { readConfig } from '@summit/process/config';
import { runProcess } from '@summit/process/lifecycle';
import { createLogger } from '@summit/process/log';
import { serveMetrics } from '@summit/process/metrics';
import { startTelemetry } from '@summit/process/telemetry';
import { Database } from './database/database.ts';
import { GivingWay } from './database/givingWay.ts';
import { Pulse } from './database/pulse.ts';
import { keepRoom } from './database/room.ts';
import { checkEpoch } from './database/standing.ts';
import { watchDatabase } from './database/watch.ts';
import { importJobs } from './import/import.jobs.ts';
import { kafkaParts } from './ingest/parts.kafka.ts';
import { Forgetting } from './job/forgetting.ts';
import { Jobs } from './job/worker.ts';
import { neo4jProjection } from './projection/neo4jPart.neo4j.ts';
// Clusters follow what imports and their undo do to records.
import './judgement/cluster.ts';
import { sampleJobs } from './sample/sample.jobs.ts';

/** Role `worker`: what takes longer than a request. Another worker goes on with whatever this one leaves. */
export async function run(): Promise<void> {
  const config = readConfig(process.env, ['DATABASE_URL', 'ENCRYPTION_KEY']);
  const log = createLogger('worker');
  const telemetry = await startTelemetry('worker', config);
  const way = new GivingWay(log);
  const sharesMachine = config.SUMMIT_MODE === 'embedded';
  if (sharesMachine) void way.lower(process.pid);
  const db = new Database({
    url: config.DATABASE_URL,
    writeSize: config.PG_WRITE_POOL_SIZE,
    readSize: config.PG_READ_POOL_SIZE,
    maxLifetimeMs: config.PG_MAX_LIFETIME_MS,
    applicationName: 'summit-worker',
    ...(sharesMachine && { onSession: (pid: number) => void way.lower(pid) }),
  });
  keepRoom(db, config.SUMMIT_HOME);
  const services = {
    db,
    home: config.SUMMIT_HOME,
    positionSecret: Buffer.from(config.ENCRYPTION_KEY, 'hex'),
  };

  await runProcess({
    name: 'worker',
    log,
    parts: [
      { run: () => checkEpoch(db), stop: async () => {} },
      { run: async () => {}, stop: () => telemetry.stop() },
      { run: async () => {}, stop: () => db.close() },
      watchDatabase(db, log),
      new Pulse(db, log),
      serveMetrics(config.WORKER_METRICS_PORT),
      new Jobs({ db, log, handlers: { ...importJobs(services), ...sampleJobs(services) } }),
      new Forgetting(db),
      ...neo4jProjection(db, config, log),
      ...kafkaParts(config, { db, log, positionSecret: services.positionSecret }),
    ],
  });
}
