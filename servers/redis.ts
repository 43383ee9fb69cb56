import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { freePort } from '../checks/testPostgres.ts';
import type { Certificates } from './certificates.ts';
import { bringPackages } from './packages.ts';
import { type Server, startServer } from './server.ts';

/** All that Redis can do when it is full. */
export const EVICTION_POLICIES = [
  'noeviction',
  'volatile-ttl',
  ...['allkeys', 'volatile'].flatMap((keys) => ['lru', 'lfu', 'random'].map((how) => `${keys}-${how}`)),
];

export type RedisOptions = {
  /** A free one when left out. */
  port?: number;
  /** Speaks TLS alone. */
  tls?: Certificates;
  /** As in redis.conf, e.g. `{ maxmemory: '4mb', 'maxmemory-policy': 'allkeys-lru' }`. */
  settings?: Record<string, string>;
};

export type Redis = Server & {
  password: string;
  url: string;
  /** What to set for Summit; through another port when a proxy stands before it. */
  variables(port?: number): { REDIS_URL: string; STORE_CA_PATH?: string };
};

export const bringRedis = (): Promise<void> =>
  bringPackages({ 'redis-server': 'redis-server', 'redis-cli': 'redis-tools' });

/** Starts Redis, which keeps each write in its append-only file. */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  await bringRedis();
  const port = options.port ?? (await freePort());
  const password = randomBytes(18).toString('base64url');
  const { tls } = options;
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: tls ? '0' : String(port),
    requirepass: password,
    appendonly: 'yes',
    save: '',
    ...(tls && {
      'tls-port': String(port),
      'tls-cert-file': tls.certificatePath,
      'tls-key-file': tls.keyPath,
      'tls-ca-cert-file': tls.authorityPath,
      'tls-auth-clients': 'no',
    }),
    ...options.settings,
  };
  const server = await startServer({
    name: 'redis',
    port,
    prepare: async (data) => void (await mkdir(data, { recursive: true })),
    launch: (data) => ({
      command: 'redis-server',
      arguments: [
        '--dir',
        data,
        ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      ],
    }),
    isReady: ({ said }) => said.includes('Ready to accept connections'),
  });
  const urlAt = (at: number) => `${tls ? 'rediss' : 'redis'}://:${password}@127.0.0.1:${at}`;
  return Object.assign(server, {
    password,
    url: urlAt(port),
    variables: (at = port) => ({ REDIS_URL: urlAt(at), ...(tls && { STORE_CA_PATH: tls.authorityPath }) }),
  });
}
