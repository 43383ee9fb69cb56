import { expect } from 'vitest';
import { freePort } from '../../checks/testPostgres.ts';
import { startKafka } from '../../servers/kafka.ts';
import { type NameServer, startNameServer } from '../../servers/names.ts';
import { startNeo4j } from '../../servers/neo4j.ts';
import { type Postgres, type PostgresOptions, startPostgres18 } from '../../servers/postgres.ts';
import { type FaultProxy, proxy } from '../../servers/proxy.ts';
import { type RedisOptions, startRedis } from '../../servers/redis.ts';
import { type Replica, startReplica } from '../../servers/replica.ts';
import type { Server } from '../../servers/server.ts';
import { addPerson, type Person, sampleIsThere, startImport } from '../asking.ts';
import type { Acknowledged } from '../mixedLoad.ts';
import { type Product, startProduct } from '../product.ts';
import { until } from '../until.ts';
import {
  becomes,
  bringIn,
  digestOf,
  expectEachOnce,
  expectInLog,
  expectRemembered,
  factsOf,
  openWorld,
  startWork,
  type World,
} from '../world.ts';
import { expectConverged } from './converging.ts';
import { chainFile, DATASET, rowOfCompanies } from './knownChain.ts';
import { expectNoGrowth, logOf, type Memory, memoryOf, restarts, shown } from './processes.ts';
import { type Reads, startReads } from './reads.ts';

/** The promise is 10 s; more for a busy machine. What it took is printed. */
const RECOVERED_WITHIN_MS = 60_000;
const ROWS_ON_THEIR_WAY = 3_000;

export type StoreName = 'postgres' | 'neo4j' | 'redis' | 'kafka';

/** A whole Summit whose stores are real and can be disturbed. */
export type Stage = {
  product: Product;
  servers: Record<StoreName, Server>;
  /** What stands between Summit and each of its stores. */
  network: Record<StoreName, FaultProxy>;
  /** Where it was asked for: it reads over a proxy from its primary, and is asked over another. */
  replica?: { server: Replica; feed: FaultProxy; network: FaultProxy };
  /** Where it was asked for: its stores are called by names that this leads to their networks, as `postgres.summit.test`. */
  names?: NameServer;
  /** Somebody of another tenant. */
  stranger: Person;
  /** What each process held at the end of each round. */
  memory: Record<string, Memory>[];
  /** Begins a round: a tenant of its own, in which two people work, questions are asked and a file comes in. */
  begin(name: string): Promise<Round>;
  health(path: string): Promise<Health>;
  close(): Promise<void>;
};

export type Health = {
  status: number;
  ms: number;
  body: { status: string; failures?: string[]; services?: Record<string, string> };
};

export type Round = {
  world: World;
  reads: Reads;
  /** Edits that were acknowledged so far. */
  done: readonly Acknowledged[];
  /** Processes that this fault ends. */
  mayEnd(...services: string[]): void;
  /** Waits until so many more edits were acknowledged: what has to go on goes on. */
  edits(count: number, withinMs?: number): Promise<void>;
  /** Waits until so many more questions of a kind were answered right. */
  answers(kind: keyof Reads['tallies'], count: number): Promise<void>;
  /**
   * Waits for everything to be well again, ends the round, and looks whether anything was lost, doubled, shown or believed.
   * `settle` may set right before that what was acknowledged, where the fault is allowed to lose something.
   */
  end(settle?: (done: Acknowledged[]) => Promise<void>): Promise<Acknowledged[]>;
};

export type StageOptions = {
  stores: StoreName[];
  replica?: boolean;
  /** Stores are called by name. */
  names?: boolean;
  postgres?: PostgresOptions;
  redis?: RedisOptions;
  settings?: Record<string, string>;
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await open(options, closing, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  options: StageOptions,
  closing: (() => Promise<unknown>)[],
  closeAll: () => Promise<void>,
): Promise<Stage> {
  const servers: Partial<Record<StoreName, Server & { variables(port?: number): object }>> = {};
  const network: Partial<Record<StoreName, FaultProxy>> = {};
  const settings: Record<string, string> = {};
  const names = options.names ? await startNameServer() : undefined;
  if (names) closing.push(() => names.close());
  for (const name of options.stores) {
    const port = await freePort();
    const between = await proxy(port);
    closing.push(() => between.close());
    const server = await {
      postgres: () => startPostgres18({ ...options.postgres, port }),
      neo4j: () => startNeo4j({ port, advertisedPort: between.port }),
      redis: () => startRedis({ ...options.redis, port }),
      kafka: () => startKafka({ port, advertisedPort: between.port }),
    }[name]();
    closing.push(() => server.close());
    servers[name] = server;
    network[name] = between;
    Object.assign(settings, server.variables(between.port));
  }
  const replica = options.replica ? await openReplica(servers.postgres as Postgres, closing) : undefined;
  if (replica) Object.assign(settings, replica.server.variables(replica.network.port));
  const started = await startProduct(
    { ...(names ? byName(settings, options.stores, names) : settings), ...options.settings },
    names?.through,
  );
  closing.push(() => started.stop());
  // The operator's commands, which we run, come by no name and no network.
  const direct = names && Object.values(servers).map((server) => server.variables());
  const product: Product = { ...started, env: Object.assign({}, started.env, ...(direct ?? [])) };
  const elsewhere = await openWorld(product, 'Elsewhere');
  await sampleIsThere(product.api, elsewhere.ann);
  await bringIn(elsewhere, chainFile, 'other');
  await bringIn(elsewhere, rowOfCompanies(ROWS_ON_THEIR_WAY), 'many');
  const undisturbed = await factsOf(elsewhere, 'many');
  const stranger = await addPerson(product.env, elsewhere.tenant, 'Stranger', '--role', 'owner');

  const memory: Record<string, Memory>[] = [];
  /** The digests that earlier rounds ended with, and that nothing later may change. */
  const ended: { world: World; digest: object }[] = [
    { world: elsewhere, digest: withoutPosition(await digestOf(elsewhere)) },
  ];

  const health = async (path: string): Promise<Health> => {
    const started = performance.now();
    const response = await fetch(`${product.api}${path}`, { signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as Health['body'];
    return { status: response.status, ms: performance.now() - started, body };
  };

  async function begin(name: string): Promise<Round> {
    const world = await openWorld(product, name);
    await sampleIsThere(product.api, world.ann);
    await bringIn(world, chainFile, DATASET);
    const restartsBefore = restarts(product);
    const working = startWork(world);
    // Who writes is answered by Postgres for a while; this person only reads.
    const reader = await addPerson(product.env, world.tenant, 'Rae', '--role', 'reader');
    const reads = startReads(world, reader, stranger);
    closing.push(() => working.stop().catch(() => {}));
    closing.push(() => reads.stop());
    const incoming = await startImport(product.api, world.ann.token, rowOfCompanies(ROWS_ON_THEIR_WAY), {
      dataset: 'many',
      format: 'ftm',
    });
    const round: Round = {
      world,
      reads,
      done: working.done,
      mayEnd: (...services) => {
        for (const service of services) delete restartsBefore[service];
      },
      edits: (count, withinMs = RECOVERED_WITHIN_MS) => {
        const enough = working.done.length + count;
        return until(`${count} more edits`, withinMs, () => working.done.length >= enough);
      },
      answers: (kind, count) => {
        const enough = reads.tallies[kind].right + count;
        return until(
          `${count} more answers of ${kind}`,
          RECOVERED_WITHIN_MS,
          () => reads.tallies[kind].right >= enough,
        );
      },
      end: async (settle) => {
        const started = performance.now();
        await until(
          'everything is ready',
          RECOVERED_WITHIN_MS,
          async () => (await health('/health/ready')).status === 200,
        );
        const readyMs = performance.now() - started;
        await round.edits(6);
        for (const kind of ['page', 'search', 'neighbours', 'path', 'stranger'] as const)
          await round.answers(kind, 2);
        const servedMs = performance.now() - started;
        const { result } = await becomes(world, incoming, 'DONE', 180_000);
        await reads.stop();
        const done = await working.stop();
        await settle?.(done);
        memory.push(await memoryOf(product));
        console.log(
          `${name}: ready after ${seconds(readyMs)}, served after ${seconds(servedMs)}; ${done.length} edits, ` +
            `${done.filter(({ unknown }) => unknown > 0).length} after an unknown outcome; ${told(reads)}; ` +
            `heap/resident MB ${shown(memory.at(-1)!)}`,
        );
        if (reads.wrong.length > 0) console.log(logged(product, reads.wrong[0]!));
        expect(reads.wrong.slice(0, 5)).toEqual([]);
        expect(restarts(product), 'no process ended for it').toMatchObject(restartsBefore);
        await expectEachOnce(world, done);
        await expectInLog(world, done);
        await expectRemembered(world, done);
        expect(result).toMatchObject({ rejects: 0, records: { created: ROWS_ON_THEIR_WAY } });
        expect(await factsOf(world, 'many')).toEqual(undisturbed);
        if (options.stores.includes('neo4j')) await expectConverged(product);
        // The stranger's, the last one, and the others in their turns.
        const looked = new Set([ended[0], ended.at(-1), ended[memory.length % ended.length]]);
        for (const each of looked) expect(withoutPosition(await digestOf(each!.world))).toEqual(each!.digest);
        ended.push({ world, digest: withoutPosition(await digestOf(world)) });
        expectNoGrowth(memory);
        return done;
      },
    };
    await round.edits(4);
    return round;
  }

  return {
    product,
    servers: servers as Record<StoreName, Server>,
    network: network as Record<StoreName, FaultProxy>,
    ...(replica && { replica }),
    ...(names && { names }),
    stranger,
    memory,
    begin,
    health,
    close: closeAll,
  };
}

/** The settings with each store under a name of its own. */
function byName(
  settings: Record<string, string>,
  stores: readonly StoreName[],
  names: NameServer,
): Record<string, string> {
  for (const store of stores) names.points(`${store}.summit.test`, '127.0.0.1');
  const variables: Record<StoreName, RegExp> = {
    postgres: /^DATABASE_/,
    neo4j: /^NEO4J_/,
    redis: /^REDIS_/,
    kafka: /^KAFKA_/,
  };
  const nameOf = (variable: string) => stores.find((store) => variables[store].test(variable));
  return Object.fromEntries(
    Object.entries(settings).map(([variable, value]) => [
      variable,
      value.replaceAll('127.0.0.1', `${nameOf(variable)}.summit.test`),
    ]),
  );
}

async function openReplica(
  primary: Postgres,
  closing: (() => Promise<unknown>)[],
): Promise<NonNullable<Stage['replica']>> {
  const feed = await proxy(primary);
  closing.push(() => feed.close());
  const server = await startReplica(primary, { through: feed.port });
  closing.push(() => server.close());
  const network = await proxy(server);
  closing.push(() => network.close());
  return { server, feed, network };
}

const withoutPosition = ({ position: _, ...rest }: Record<string, unknown>): object => rest;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const told = ({ tallies }: Reads): string =>
  Object.entries(tallies)
    .map(([kind, { right, refused, broken, slowestMs, servedBy }]) => {
      const codes = [...refused].map(([code, count]) => `${count} ${code}`);
      const parts = [`${right} right`, ...codes, ...(broken > 0 ? [`${broken} broken`] : []), ...servedBy];
      return `${kind} ${parts.join(', ')}, ${seconds(slowestMs)} at most`;
    })
    .join('; ');

/** What the server's log says of the request that a text names. */
function logged(product: Product, text: string): string {
  const id = /"requestId":"([^"]+)"/.exec(text)?.[1];
  const lines = logOf(product, 'server').map((line) => JSON.stringify(line));
  return id === undefined ? text : lines.filter((line) => line.includes(id)).join('\n');
}
