import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask } from './asking.ts';
import { type Product, startProduct } from './product.ts';

/** Answers of health, whatever the stores do. */
const HEALTH_MS = 300;
const BACK_WITHIN_MS = 10_000;

type Service = { service: string; pid: number | null };
type Datasets = { datasets: { edges: object[] } };
type Body = {
  status: string;
  failures?: string[];
  services?: Record<string, string>;
  errors?: { service: string; code: string }[];
};

// Its own product: nobody else's tests stand on a database that goes away.
let product: Product;
let token: string;
let supervisor: number;

const pidOf = (name: string): number => {
  const { services } = JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as {
    services: Service[];
  };
  return services.find(({ service }) => service === name)!.pid!;
};
const question = (): Promise<Answer<Datasets>> =>
  ask<Datasets>(product.api, token, '{ datasets { edges { node { key } } } }');
const write = () =>
  ask(
    product.api,
    token,
    'mutation { createInvestigation(input: { title: "Later" }) { ids } }',
    {},
    { key: 'later' },
  );

async function health(path: string): Promise<{ status: number; ms: number; body: Body }> {
  const started = performance.now();
  const response = await fetch(`${product.api}${path}`);
  const body = (await response.json()) as Body;
  return { status: response.status, body, ms: performance.now() - started };
}

/** The quickest of five: a busy machine delays any single answer, but not all of them. */
async function quickest(path: string) {
  const answers = [];
  for (let n = 0; n < 5; n++) answers.push(await health(path));
  return { ...answers[0]!, ms: Math.min(...answers.map(({ ms }) => ms)) };
}

beforeAll(async () => {
  product = await startProduct();
  token = await product.token();
  supervisor = Number(readFileSync(join(product.home, 'run/lock'), 'utf8'));
});
afterAll(async () => {
  if (supervisor) process.kill(supervisor, 'SIGCONT');
  await product?.stop();
});

describe('while the database is gone', () => {
  beforeAll(async () => {
    expect((await question()).errors).toEqual([]);
    // Held, so that it does not start the database again before we have looked.
    process.kill(supervisor, 'SIGSTOP');
    process.kill(pidOf('postgres'), 'SIGKILL');
    for (const deadline = Date.now() + 5_000; (await health('/health/ready')).status === 200; await delay(20))
      if (Date.now() > deadline) throw new Error('the product does not notice that its database is gone');
  });

  test('questions and writes are refused with a code and when to try again, at once', async () => {
    // At first the gateway still knows who asks; later it has to ask the database for that too.
    for (let n = 0; n < 6; n++) {
      const started = performance.now();
      for (const { status, retryAfter, data, errors } of [await question(), await write()]) {
        expect({ status, code: errors[0]?.extensions.code }).toEqual({
          status: 503,
          code: 'DATABASE_UNAVAILABLE',
        });
        expect(retryAfter).toMatch(/^[1-9]\d*$/);
        expect(errors[0]?.extensions.retryAfter).toBe(Number(retryAfter));
        expect(data).toBeNull();
        expect(errors[0]?.message).toBe('The database does not answer. Try again in a moment.');
      }
      expect(performance.now() - started).toBeLessThan(4_000);
      await delay(500);
    }
  });

  test.each(['/health', '/healthz'])('%s says that the process runs', async (path) => {
    const { status, ms, body } = await quickest(path);
    expect({ status, said: body.status }).toEqual({ status: 200, said: 'ok' });
    expect(ms).toBeLessThan(HEALTH_MS);
  });

  test('/health/ready names the database', async () => {
    const { status, ms, body } = await quickest('/health/ready');
    expect(status).toBe(503);
    expect(body).toEqual({
      status: 'not ready',
      failures: [expect.stringMatching(/^PostgreSQL: [A-Z0-9_]+$/)],
    });
    expect(ms).toBeLessThan(HEALTH_MS);
    expect((await health('/health/ready?scope=pod')).status).toBe(200);
  });

  test('/health/detailed is degraded and says since when', async () => {
    const { status, ms, body } = await quickest('/health/detailed');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'degraded',
      services: {
        postgres: 'unhealthy',
        server: 'healthy',
        neo4j: 'not-configured',
        redis: 'not-configured',
      },
      errors: [
        { service: 'postgres', code: expect.stringMatching(/^[A-Z0-9_]+$/), since: expect.any(String) },
      ],
    });
    // No host, port or message of the database is told to whoever asks.
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|localhost|postgres:\/\/|ECONNREFUSED .*:\d/);
    expect(ms).toBeLessThan(HEALTH_MS);
  });

  test('no process of ours has ended for it', () => {
    for (const name of ['server', 'worker', 'gateway'])
      expect(() => process.kill(pidOf(name), 0)).not.toThrow();
  });
});

describe('once it is back', () => {
  test('the same processes answer and write again by themselves', async () => {
    const before = ['server', 'worker', 'gateway'].map(pidOf);
    process.kill(supervisor, 'SIGCONT');
    const started = Date.now();
    for (; (await question()).data === null; await delay(50))
      if (Date.now() - started > 60_000) throw new Error('the product does not come back');
    const tookMs = Date.now() - started;
    console.log(`answers again ${tookMs} ms after the database may start`);
    expect(tookMs).toBeLessThan(BACK_WITHIN_MS);
    const made = await write();
    expect(made.errors).toEqual([]);
    expect((await write()).data).toEqual(made.data);
    expect((await health('/health/ready')).status).toBe(200);
    expect(['server', 'worker', 'gateway'].map(pidOf)).toEqual(before);
  });
});

describe('while the database accepts connections and never answers', () => {
  const frozen: number[] = [];
  afterAll(() => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
  });

  test('health still answers in time and names it', async () => {
    process.kill(supervisor, 'SIGSTOP');
    const postmaster = pidOf('postgres');
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    for (const pid of [postmaster, ...children]) {
      process.kill(pid, 'SIGSTOP');
      frozen.push(pid);
    }
    const ready = await quickest('/health/ready');
    expect(ready.body).toEqual({ status: 'not ready', failures: ['PostgreSQL: TIMEOUT'] });
    expect(ready.ms).toBeLessThan(HEALTH_MS);
    expect((await quickest('/health')).status).toBe(200);
  });

  test('it is served again when it answers', async () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
    process.kill(supervisor, 'SIGCONT');
    for (const deadline = Date.now() + BACK_WITHIN_MS; (await question()).data === null; await delay(50))
      expect(Date.now()).toBeLessThan(deadline);
    expect((await health('/health/ready')).status).toBe(200);
  });
});
