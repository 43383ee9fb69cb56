import { createClient } from '@redis/client';
import { describe, expect, test } from 'vitest';
import { makeCertificates } from './certificates.ts';
import { type Redis, startRedis } from './redis.ts';
import { exercise } from './server.suite.ts';

async function asked<Answer>(
  options: Parameters<typeof createClient>[0],
  ask: (client: ReturnType<typeof createClient>) => Promise<Answer>,
): Promise<Answer> {
  const client = createClient({ ...options, socket: { reconnectStrategy: false, ...options?.socket } });
  client.on('error', () => {});
  try {
    await client.connect();
    return await ask(client as ReturnType<typeof createClient>);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

const clientOf = ({ url }: Redis) => ({
  put: (value: string) => asked({ url }, async (client) => void (await client.rPush('kept', value))),
  values: () => asked({ url }, (client) => client.lRange('kept', 0, -1)),
});

describe('Redis', () => exercise(() => startRedis(), clientOf));

test('settings are its own', async () => {
  const redis = await startRedis({ settings: { maxmemory: '3mb', 'maxmemory-policy': 'volatile-lfu' } });
  try {
    const policy = await asked({ url: redis.url }, (client) => client.configGet('maxmemory*'));
    expect(policy).toMatchObject({ maxmemory: String(3 * 1024 ** 2), 'maxmemory-policy': 'volatile-lfu' });
  } finally {
    await redis.close();
  }
});

test('TLS: whoever trusts its authority is answered, others refuse it', async () => {
  const tls = await makeCertificates();
  const other = await makeCertificates();
  const redis = await startRedis({ tls });
  try {
    const { REDIS_URL: url, STORE_CA_PATH } = redis.variables();
    expect(url).toMatch(/^rediss:/);
    expect(STORE_CA_PATH).toBe(tls.authorityPath);
    const ping = (authority: string) =>
      asked({ url, socket: { tls: true, ca: authority } }, (client) => client.ping());
    expect(await ping(tls.authority)).toBe('PONG');
    await expect(ping(other.authority)).rejects.toThrow(/certificate/);
    await expect(asked({ url: url.replace('rediss', 'redis') }, (c) => c.ping())).rejects.toThrow();
  } finally {
    await redis.close();
    await Promise.all([tls.remove(), other.remove()]);
  }
});
