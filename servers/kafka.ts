import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { freePort } from '../checks/testPostgres.ts';
import type { Certificates } from './certificates.ts';
import { bringJars } from './jars.ts';
import { quickStart } from './quickStart.ts';
import { type Server, startServer } from './server.ts';

export const KAFKA_VERSION = '4.4.0';

export type KafkaOptions = {
  /** Where clients connect; a free one when left out. */
  port?: number;
  /** Port that clients are sent to: that of a proxy which stands before it. */
  advertisedPort?: number;
  tls?: Certificates;
  /** Demands a login: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are all accepted. */
  login?: boolean;
  heapMb?: number;
  /** For measurements: code is compiled for speed, which costs seconds at the start. */
  forSpeed?: boolean;
  /** As in server.properties, e.g. `{ 'message.max.bytes': '100000' }`. */
  settings?: Record<string, string>;
  /** Joins the cluster of this one, as its broker 2; the other one stays its controller. */
  beside?: Kafka;
};

type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export type Kafka = Server & {
  /** host:port for clients. */
  broker: string;
  /** host:port for the other broker of its cluster. */
  controller: string;
  username: string;
  password: string;
  /** What to set for Summit; through another port when a proxy stands before it (see `advertisedPort`). */
  variables(port?: number, mechanism?: Mechanism): Record<string, string>;
};

/** Brings it without starting it; resolves to its class path. */
export const bringKafka = (): Promise<string> =>
  bringJars(`kafka-${KAFKA_VERSION}`, {
    artifacts: [`org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`, 'org.slf4j:slf4j-simple:1.7.36'],
    sha256: '98b52a7fc606912291aaa0d2a2b8563c1bb4f6a732ad5a4ba94bffc300884b95',
  });

/** Starts one Kafka node, broker 1 and controller at once. It makes no topic by itself. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const javaArguments = await quickStart(
    `kafka-${KAFKA_VERSION}`,
    options.forSpeed ?? false,
    async (made) => {
      const first = await start({}, made);
      await first.stop();
      await first.close();
    },
  );
  return start(options, javaArguments);
}

async function start(options: KafkaOptions, javaArguments: string[]): Promise<Kafka> {
  const classPath = await bringKafka();
  const port = options.port ?? (await freePort());
  const [controllerPort, internalPort] = [await freePort(), await freePort()];
  const controller = options.beside?.controller ?? `127.0.0.1:${controllerPort}`;
  const password = randomBytes(18).toString('base64url');
  const { tls, login = false, heapMb = 512 } = options;
  const protocol = login ? (tls ? 'SASL_SSL' : 'SASL_PLAINTEXT') : tls ? 'SSL' : 'PLAINTEXT';
  const settings = (data: string): Record<string, string> => ({
    ...ONE_NODE,
    ...(options.beside && { 'process.roles': 'broker', 'node.id': '2' }),
    'controller.quorum.voters': `1@${controller}`,
    listeners: [
      `CLIENT://127.0.0.1:${port}`,
      `INTERNAL://127.0.0.1:${internalPort}`,
      ...(options.beside ? [] : [`CONTROLLER://${controller}`]),
    ].join(','),
    'advertised.listeners': `CLIENT://127.0.0.1:${options.advertisedPort ?? port},INTERNAL://127.0.0.1:${internalPort}`,
    'listener.security.protocol.map': `CLIENT:${protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'log.dirs': join(data, 'log'),
    ...(tls && {
      'listener.name.client.ssl.keystore.type': 'PEM',
      'listener.name.client.ssl.keystore.location': join(data, 'server.pem'),
    }),
    ...(login && loginSettings(password)),
    ...options.settings,
  });

  const server = await startServer({
    name: 'kafka',
    port,
    prepare: async (data) => {
      await mkdir(data, { recursive: true });
      if (tls) await writeFile(join(data, 'server.pem'), `${tls.key}${tls.certificate}`, { mode: 0o600 });
      const lines = Object.entries(settings(data)).map(([name, value]) => `${name}=${value}\n`);
      await writeFile(join(data, 'server.properties'), lines.join(''), { mode: 0o600 });
      const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        ...['--add-scram', `${mechanism}=[name=${USERNAME},password=${password}]`],
      ]);
      const { code, output } = await runToEnd('java', [
        ...[
          '-XX:TieredStopAtLevel=1',
          '-cp',
          classPath,
          'kafka.tools.StorageTool',
          'format',
          '--cluster-id',
          CLUSTER_ID,
        ],
        ...['--config', join(data, 'server.properties'), ...scram],
      ]);
      if (code !== 0) throw new Error(`the folder of Kafka could not be made: ${output}`);
    },
    launch: (data) => ({
      command: 'java',
      arguments: [
        ...javaArguments,
        ...[`-Xmx${heapMb}m`, '-cp', classPath, 'kafka.Kafka', join(data, 'server.properties')],
      ],
    }),
    isReady: ({ said }) => said.includes('Kafka Server started') && answers(internalPort),
  });
  const variables = (at = port, mechanism: Mechanism = 'SCRAM-SHA-512') => ({
    KAFKA_ENABLED: 'true',
    KAFKA_BROKERS: `127.0.0.1:${at}`,
    ...(tls && { KAFKA_TLS: 'true', STORE_CA_PATH: tls.authorityPath }),
    ...(login && {
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: USERNAME,
      KAFKA_SASL_PASSWORD: password,
    }),
  });
  return Object.assign(server, {
    broker: `127.0.0.1:${port}`,
    controller,
    username: USERNAME,
    password,
    variables,
  });
}

const USERNAME = 'summit';
const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw';

const ONE_NODE = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'INTERNAL',
  'auto.create.topics.enable': 'false',
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '4',
};

const SECURITY = 'org.apache.kafka.common.security';

const loginSettings = (password: string) => ({
  'listener.name.client.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  'listener.name.client.plain.sasl.jaas.config': `${SECURITY}.plain.PlainLoginModule required user_${USERNAME}="${password}";`,
  'listener.name.client.scram-sha-256.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule required;`,
  'listener.name.client.scram-sha-512.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule required;`,
});

/** ApiVersions, the one request that needs no login and no topic: length, key 18, version 0, correlation 1, no client id. */
const API_VERSIONS = Buffer.from('0000000a' + '0012' + '0000' + '00000001' + 'ffff', 'hex');

/** Whether a broker answers a question. */
function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(API_VERSIONS));
    socket.setTimeout(1_000);
    const end = (answered: boolean) => {
      socket.destroy();
      done(answered);
    };
    socket.once('data', () => end(true));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end(false));
  });
}
