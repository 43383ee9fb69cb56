import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask } from './asking.ts';
import { type Product, startProduct } from './product.ts';

/** The promise is 10 s; six times that for a busy machine. */
const BACK_WITHIN_MS = 60_000;

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
/** Of somebody whom the gateway has not met before the database goes away. */
let stranger: string;
let supervisor: number;

const pidOf = (name: string): number => {
  const { services } = JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as {
    services: Service[];
  };
  return services.find(({ service }) => service === name)!.pid!;
};
const question = (asker = token): Promise<Answer<Datasets>> =>
  ask<Datasets>(product.api, asker, '{ datasets { edges { node { key } } } }');
const write = (asker = token) =>
  ask(
    product.api,
    asker,
    'mutation { createInvestigation(input: { title: "Later" }) { ids } }',
    {},
    { key: 'later' },
  );

/** The promise is 300 ms. A database that is frozen never answers, so that any bound proves that nobody waits for it. */
async function health(path: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${product.api}${path}`, { signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: (await response.json()) as Body };
}

beforeAll(async () => {
  product = await startProduct();
  token = await product.token();
  stranger = await product.token();
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

  test('questions and writes are refused with a code and when to try again', async () => {
    // Of the one token the gateway may still know whose it is; about the other it has to ask the database first.
    for (const asker of [token, stranger]) {
      for (const { status, retryAfter, data, errors } of [await question(asker), await write(asker)]) {
        expect({ status, code: errors[0]?.extensions.code }).toEqual({
          status: 503,
          code: 'DATABASE_UNAVAILABLE',
        });
        expect(retryAfter).toMatch(/^[1-9]\d*$/);
        expect(errors[0]?.extensions.retryAfter).toBe(Number(retryAfter));
        expect(data).toBeNull();
        expect(errors[0]?.message).toBe('The database does not answer. Try again in a moment.');
      }
    }
  });

  test.each(['/health', '/healthz'])('%s says that the process runs', async (path) => {
    const { status, body } = await health(path);
    expect({ status, said: body.status }).toEqual({ status: 200, said: 'ok' });
  });

  test('/health/ready names the database', async () => {
    const { status, body } = await health('/health/ready');
    expect(status).toBe(503);
    expect(body).toEqual({
      status: 'not ready',
      failures: [expect.stringMatching(/^PostgreSQL: [A-Z0-9_]+$/)],
    });
    expect((await health('/health/ready?scope=pod')).status).toBe(200);
  });

  test('/health/detailed is degraded and says since when', async () => {
    const { status, body } = await health('/health/detailed');
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
      if (Date.now() - started > BACK_WITHIN_MS) throw new Error('the product does not come back');
    console.log(`answers again ${Date.now() - started} ms after the database may start`);
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

  test('health answers all the same and names it', async () => {
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
    const ready = await health('/health/ready');
    expect(ready.body).toEqual({ status: 'not ready', failures: ['PostgreSQL: TIMEOUT'] });
    expect((await health('/health')).status).toBe(200);
  });

  test('it is served again when it answers', async () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
    process.kill(supervisor, 'SIGCONT');
    for (const deadline = Date.now() + BACK_WITHIN_MS; (await question()).data === null; await delay(50))
      expect(Date.now()).toBeLessThan(deadline);
    expect((await health('/health/ready')).status).toBe(200);
  });
});
