import { createLoggerTo } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { expect, test } from 'vitest';
import { Database } from './database.ts';
import { Horizon, watchDatabase } from './watch.ts';

test('a database that cannot be measured is told of once, and counted each time', async () => {
  const lines: string[] = [];
  const away = new Database({ url: 'postgres://nobody@127.0.0.1:1/none' });
  const part = watchDatabase(
    away,
    createLoggerTo((line) => lines.push(line), 'test'),
    { everyMs: 5 },
  );
  const failures = async () =>
    (await metrics.backgroundFailures.get()).values.find(({ labels }) => labels.work === 'watch_database')
      ?.value;
  await part.run();
  await expect.poll(failures).toBeGreaterThan(2);
  await part.stop();
  await away.close();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', message: 'pools and horizon are not measured', error: { message: expect.any(String) } },
  ]);
});

test('a horizon that moves, or has nothing above it, has no age', () => {
  const horizon = new Horizon();
  expect(horizon.ageSeconds('10', '12', 0)).toBe(0);
  expect(horizon.ageSeconds('11', '13', 40_000)).toBe(0);
  expect(horizon.ageSeconds('14', '14', 50_000)).toBe(0);
  expect(horizon.ageSeconds('14', '14', 90_000)).toBe(0);
});

test('a horizon that stands still grows old until it moves', () => {
  const horizon = new Horizon();
  horizon.ageSeconds('10', '12', 0);
  expect(horizon.ageSeconds('10', '99', 31_000)).toBe(31);
  expect(horizon.ageSeconds('99', '120', 32_000)).toBe(0);
});
