import { isFree } from '../apps/cli/src/ports.ts';
import { freePort } from '../checks/testPostgres.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { bringKafka, startKafka } from './kafka.ts';
import { bringNeo4j, startNeo4j } from './neo4j.ts';
import { bringPostgres15, startPostgres18 } from './postgres.ts';
import { bringRedis, startRedis } from './redis.ts';
import { startReplica } from './replica.ts';
import type { Server } from './server.ts';

/** `bring` gets every server; `run [names…] [--tls]` starts them, prints what to set and stays until it is told to stop. */
const [act, ...words] = process.argv.slice(2);
const say = (text = '') => void process.stdout.write(`${text}\n`);

type Running = { servers: Server[]; variables: Record<string, string> };

/** Or another one, where somebody listens there: what to set is printed anyway. */
const usual = async (port: number): Promise<number> =>
  (await isFree(port, '127.0.0.1')) ? port : freePort();

const starts: Record<string, (tls: { tls?: Certificates }) => Promise<Running>> = {
  neo4j: async (tls) => {
    const server = await startNeo4j({ port: await usual(7687), forSpeed: true, ...tls });
    return { servers: [server], variables: server.variables() };
  },
  redis: async (tls) => {
    const server = await startRedis({ port: await usual(6379), ...tls });
    return { servers: [server], variables: server.variables() };
  },
  kafka: async (tls) => {
    const server = await startKafka({
      port: await usual(9092),
      forSpeed: true,
      login: tls.tls !== undefined,
      ...tls,
    });
    return { servers: [server], variables: server.variables() };
  },
  postgres: async (tls) => {
    const primary = await startPostgres18({ port: await usual(54330), ...tls });
    const replica = await startReplica(primary, { port: await usual(54331) });
    return { servers: [replica, primary], variables: { ...primary.variables(), ...replica.variables() } };
  },
};

async function bring(): Promise<void> {
  for (const [name, get] of Object.entries({
    Redis: bringRedis,
    'Postgres 15': bringPostgres15,
    Neo4j: bringNeo4j,
    Kafka: bringKafka,
  })) {
    const started = performance.now();
    await get();
    say(`${name} is here (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
}

async function run(names: string[], secure: boolean): Promise<void> {
  const unknown = names.filter((name) => !starts[name]);
  if (unknown.length > 0)
    throw new Error(`${unknown.join(', ')}: not among ${Object.keys(starts).join(', ')}`);
  const certificates = secure ? await makeCertificates() : undefined;
  const running: Running[] = [];
  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    say('Stopping …');
    await Promise.all(running.map(closeAll));
    await certificates?.remove();
    process.exit();
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

  const wanted = names.length > 0 ? names : Object.keys(starts);
  say(`Starting ${wanted.join(', ')} …`);
  const outcomes = await Promise.allSettled(
    wanted.map(async (name) => {
      running.push(await starts[name]!(certificates ? { tls: certificates } : {}));
    }),
  );
  const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) {
    process.stderr.write(`${(failed.reason as Error).message}\n`);
    process.exitCode = 1;
    return stop();
  }
  say('\nSet in .env, or `export` each in the shell; then `make up`, after `make down` where Summit runs:\n');
  for (const { variables } of running)
    for (const [name, value] of Object.entries(variables)) say(`${name}=${value}`);
  say('\nCtrl-C stops them and removes their data.');
  // Servers alone do not keep us here.
  setInterval(() => {}, 2 ** 30);
}

/** One after the other: a replica ends before its primary. */
async function closeAll({ servers }: Running): Promise<void> {
  for (const server of servers) await server.close();
}

try {
  if (act === 'bring') await bring();
  else
    await run(
      words.filter((word) => word !== '--tls'),
      words.includes('--tls'),
    );
} catch (error) {
  process.stderr.write(`servers: ${(error as Error).message}\n`);
  process.exit(1);
}
