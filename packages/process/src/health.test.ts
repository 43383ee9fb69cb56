import { expect, test } from 'vitest';
import { Checks, detailedAnswer, liveBody, readyAnswer } from './health.ts';

const broken = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' });

test('readiness names what fails in the words of the handbook', async () => {
  const checks = new Checks({ postgres: () => Promise.reject(broken), server: async () => {} });
  expect(readyAnswer(await checks.failures())).toEqual({
    status: 503,
    body: { status: 'not ready', failures: ['PostgreSQL: ECONNREFUSED'] },
  });
  expect(readyAnswer([])).toEqual({ status: 200, body: { status: 'ready' } });
  expect(readyAnswer([], true).status).toBe(503);
});

test('a dependency that never answers is reported within the time box', async () => {
  const checks = new Checks({ postgres: () => new Promise(() => {}) });
  expect(await checks.failures(50)).toMatchObject([{ service: 'postgres', code: 'TIMEOUT' }]);
});

test('a failure keeps the moment it began until it ends', async () => {
  let works = false;
  const checks = new Checks({ postgres: () => (works ? Promise.resolve() : Promise.reject(broken)) });
  const [first] = await checks.failures();
  expect((await checks.failures())[0]!.since).toBe(first!.since);
  works = true;
  expect(await checks.failures()).toEqual([]);
});

test('the detailed answer gives states and codes but no hosts', async () => {
  const checks = new Checks({ postgres: () => Promise.reject(broken) });
  const answer = detailedAnswer(checks.names(), await checks.failures(), { neo4j: 'not-configured' }, 'test');
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({
    status: 'degraded',
    services: { postgres: 'unhealthy', neo4j: 'not-configured' },
    errors: [{ service: 'postgres', code: 'ECONNREFUSED' }],
  });
  expect(JSON.stringify(answer.body)).not.toContain('10.0.0.5');
  expect(liveBody().status).toBe('ok');
});
