import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { freePort } from '../checks/testPostgres.ts';
import type { Certificates } from './certificates.ts';
import { bringJars } from './jars.ts';
import { quickStart } from './quickStart.ts';
import { type Server, startServer } from './server.ts';
import { bringOnce } from './tools.ts';

export const NEO4J_VERSION = '5.26.30';

export type Neo4jOptions = {
  /** Of Bolt; a free one when left out. */
  port?: number;
  /** Demands TLS. */
  tls?: Certificates;
  /** Port that routing (neo4j://) sends clients to: that of a proxy which stands before it. */
  advertisedPort?: number;
  /** Heap in MB. */
  heapMb?: number;
  /** For measurements: code is compiled for speed, which costs seconds at the start. */
  forSpeed?: boolean;
  /** As in neo4j.conf. */
  settings?: Record<string, string>;
};

export type Neo4j = Server & {
  url: string;
  user: string;
  password: string;
  /** What to set for Summit; through another port when a proxy stands before it. */
  variables(port?: number): {
    NEO4J_URI: string;
    NEO4J_USER: string;
    NEO4J_PASSWORD: string;
    STORE_CA_PATH?: string;
  };
};

/** Brings it without starting it; resolves to its class path. */
export const bringNeo4j = (): Promise<string> =>
  bringJars(`neo4j-${NEO4J_VERSION}`, {
    artifacts: [
      `org.neo4j:neo4j:${NEO4J_VERSION}`,
      `org.neo4j.app:neo4j-server:${NEO4J_VERSION}`,
      `org.neo4j:neo4j-slf4j-provider:${NEO4J_VERSION}`,
    ],
    sha256: 'b39dcc8742460b796812b2494bde19cb6474ab73862fe3ac9af878e5012afeb8',
  });

/** Starts Neo4j Community, which serves Bolt alone. */
export async function startNeo4j(options: Neo4jOptions = {}): Promise<Neo4j> {
  const javaArguments = await quickStart(
    `neo4j-${NEO4J_VERSION}`,
    options.forSpeed ?? false,
    async (made) => {
      const first = await start({}, made);
      await first.stop();
      await first.close();
    },
  );
  return start(options, javaArguments);
}

async function start(options: Neo4jOptions, javaArguments: string[]): Promise<Neo4j> {
  const classPath = await bringNeo4j();
  const login = await firstLogin(classPath);
  const port = options.port ?? (await freePort());
  const { tls, heapMb = 512 } = options;
  const server = await startServer({
    name: 'neo4j',
    port,
    prepare: async (data) => {
      for (const folder of ['conf', 'data/dbms', 'logs', 'plugins', 'import', 'run', 'licenses', 'tls'])
        await mkdir(join(data, folder), { recursive: true });
      await copyFile(join(login.folder, 'auth.ini'), join(data, 'data/dbms/auth.ini'));
      if (tls) {
        await writeFile(join(data, 'tls/private.key'), tls.key, { mode: 0o600 });
        await writeFile(join(data, 'tls/public.crt'), tls.certificate);
      }
      const settings = {
        ...settingsOf(port, options.advertisedPort ?? port),
        ...(tls && tlsSettings(join(data, 'tls'))),
        ...options.settings,
      };
      await writeFile(
        join(data, 'conf/neo4j.conf'),
        Object.entries(settings)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
    },
    launch: (data) => ({
      command: 'java',
      arguments: [
        ...javaArguments,
        ...[`-Xms${heapMb}m`, `-Xmx${heapMb}m`, ...JAVA_ARGUMENTS, '-cp', classPath],
        ...['org.neo4j.server.CommunityEntryPoint', '--console-mode'],
        ...[`--home-dir=${data}`, `--config-dir=${join(data, 'conf')}`],
      ],
    }),
    isReady: ({ said }) => /\bStarted\.$/m.test(said),
  });
  const urlAt = (at: number) => `${tls ? 'bolt+s' : 'bolt'}://127.0.0.1:${at}`;
  return Object.assign(server, {
    url: urlAt(port),
    user: 'neo4j',
    password: login.password,
    variables: (at = port) => ({
      NEO4J_URI: urlAt(at),
      NEO4J_USER: 'neo4j',
      NEO4J_PASSWORD: login.password,
      ...(tls && { STORE_CA_PATH: tls.authorityPath }),
    }),
  });
}

const settingsOf = (port: number, advertisedPort: number) => ({
  'server.default_listen_address': '127.0.0.1',
  'server.bolt.listen_address': `127.0.0.1:${port}`,
  'server.bolt.advertised_address': `127.0.0.1:${advertisedPort}`,
  'server.http.enabled': 'false',
  'server.https.enabled': 'false',
  'server.memory.pagecache.size': '256m',
  // Half a gigabyte of empty log files for each new database otherwise.
  'db.tx_log.preallocate': 'false',
  // Ten seconds of waiting for nothing at each stop otherwise.
  'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
  'dbms.usage_report.enabled': 'false',
});

const tlsSettings = (folder: string) => ({
  'server.bolt.tls_level': 'REQUIRED',
  'dbms.ssl.policy.bolt.enabled': 'true',
  'dbms.ssl.policy.bolt.base_directory': folder,
  'dbms.ssl.policy.bolt.client_auth': 'NONE',
});

/** What its own launcher gives to Java. */
const JAVA_ARGUMENTS = [
  '-XX:+UseG1GC',
  '-XX:-OmitStackTraceInFastThrow',
  '-XX:+UnlockExperimentalVMOptions',
  '-XX:+TrustFinalNonStaticFields',
  '-XX:+DisableExplicitGC',
  '-Djdk.nio.maxCachedBufferSize=1024',
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dio.netty.leakDetection.level=DISABLED',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/java.io=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
  '-Dlog4j2.disable.jmx=true',
  '-Dfile.encoding=UTF-8',
];

/** The password is set once and its file kept: another Java of four seconds before each new database otherwise. */
async function firstLogin(classPath: string): Promise<{ folder: string; password: string }> {
  const folder = await bringOnce(`neo4j-login-${NEO4J_VERSION}`, async (made) => {
    const password = randomBytes(18).toString('base64url');
    await mkdir(join(made, 'conf'));
    const { code, output } = await runToEnd('java', [
      ...['-cp', classPath, `-Dbasedir=${made}`, 'org.neo4j.server.startup.Neo4jAdminCommand'],
      ...['dbms', 'set-initial-password', '--', password],
    ]);
    if (code !== 0) throw new Error(`the password of Neo4j could not be set: ${output}`);
    await copyFile(join(made, 'data/dbms/auth.ini'), join(made, 'auth.ini'));
    await rm(join(made, 'data'), { recursive: true });
    await writeFile(join(made, 'password'), password, { mode: 0o600 });
  });
  return { folder, password: await readFile(join(folder, 'password'), 'utf8') };
}
