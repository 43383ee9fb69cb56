import { readConfig } from '@summit/process/config';
import { expect, test } from 'vitest';
import { type Store, storesHealth } from './stores.ts';

const config = readConfig({ NODE_ENV: 'test' });
const works = async () => {};
const fails = () => Promise.reject(Object.assign(new Error('10.0.0.5 is gone'), { code: 'ECONNREFUSED' }));
const postgres: Store = { name: 'postgres', check: works, needed: true };

test('what is not configured is told so, and is no failure', async () => {
  const health = storesHealth(config, [postgres]);
  expect(await health.ready(null, false)).toEqual({ status: 200, body: { status: 'ready' } });
  expect(await health.detailed(null)).toMatchObject({
    status: 200,
    body: {
      status: 'ok',
      services: {
        postgres: 'healthy',
        neo4j: 'not-configured',
        redis: 'not-configured',
        'cache-strategy': 'none',
        'graph-query-optimizer': 'postgres',
      },
      errors: [],
    },
  });
});

test('a configured store that is down is named; a pod that can work without it stays ready', async () => {
  const health = storesHealth(config, [
    postgres,
    { name: 'neo4j', check: fails },
    { name: 'redis', check: works },
    { name: 'kafka', check: () => new Promise(() => {}) },
  ]);
  expect(await health.ready(null, false)).toEqual({
    status: 503,
    body: { status: 'not ready', failures: ['Kafka: TIMEOUT', 'Neo4j: ECONNREFUSED'] },
  });
  expect(await health.detailed(null)).toMatchObject({
    status: 503,
    body: {
      status: 'degraded',
      services: {
        postgres: 'healthy',
        neo4j: 'unhealthy',
        redis: 'healthy',
        kafka: 'unhealthy',
        'cache-strategy': 'redis',
        'graph-query-optimizer': 'neo4j',
      },
      errors: [
        { service: 'kafka', code: 'TIMEOUT' },
        { service: 'neo4j', code: 'ECONNREFUSED' },
      ],
    },
  });
  expect(await health.ready('pod', false)).toEqual({ status: 200, body: { status: 'ready' } });
});

test('without Postgres no pod is ready, and none that drains', async () => {
  const without = storesHealth(config, [{ ...postgres, check: fails }]);
  expect(await without.ready('pod', false)).toMatchObject({
    status: 503,
    body: { failures: ['PostgreSQL: ECONNREFUSED'] },
  });
  expect(await storesHealth(config, [postgres]).ready('pod', true)).toMatchObject({
    status: 503,
    body: { failures: ['Server: DRAINING'] },
  });
});
