import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '@summit/process/config';
import type { Part } from '@summit/process/lifecycle';
import { createLoggerTo } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { makeCertificates } from '../../../../servers/certificates.ts';
import { startKafka } from '../../../../servers/kafka.ts';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { brokerCheck, changesTopic, kafkaPlace, kafkaSettings } from '../kafka/client.kafka.ts';
import { kafkaParts } from './parts.kafka.ts';
import { TestTopics } from './testing.kafka.ts';

const certificates = await makeCertificates();
afterAll(() => certificates.remove());
const [database, server] = await Promise.all([
  testDatabase(),
  startKafka({ tls: certificates, login: true }),
]);
afterAll(() => server.close());

const secret = new Uint8Array(32).fill(7);
const configWith = (more: Record<string, string> = {}, mechanism?: Parameters<typeof server.variables>[1]) =>
  readConfig({ ...server.variables(undefined, mechanism), ...more });

/** A tenant of which there is something to tell. */
async function tenantWithDataset(): Promise<Context> {
  const ctx = await startTenant(database.db);
  await runCommand(ctx, { action: 'test.written' }, (tx) => ensureDataset(tx, { key: 'crm' }));
  return ctx;
}

async function during(parts: readonly Part[], work: () => Promise<void>): Promise<void> {
  for (const part of parts) await part.run();
  try {
    await work();
  } finally {
    for (const part of parts.toReversed()) await part.stop();
  }
}

test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
  'changes go out over TLS, under a private authority, with a login by %s',
  async (mechanism) => {
    const { tenant } = (await tenantWithDataset()).scope;
    const config = configWith({}, mechanism);
    const parts = kafkaParts(config, {
      db: database.db,
      log: createLoggerTo(() => {}, 'worker'),
      positionSecret: secret,
    });
    // The tenant itself is a change of which nothing is told.
    const isPublished = async () =>
      (
        await inTransaction(database.db, { tenant, readOnly: true }, (tx) =>
          tx.query(sql`
            select from summit.changes c left join operations.published p on p.tenant_id = c.tenant_id
            where c.tenant_id = ${tenant} and c.id > coalesce(p.change_id, 0)`),
        )
      ).length === 0;
    await during(parts, async () => {
      while (!(await isPublished())) await delay(50);
    });
    const topics = new TestTopics(kafkaSettings(config)!);
    const told = await topics.all(changesTopic('summit', tenant));
    await topics.close();
    expect(told.map(({ value }) => JSON.parse(value!.toString()).type)).toEqual(['summit.dataset.created']);
  },
);

test('a wrong password is told once, and nothing else stands still', async () => {
  const lines: string[] = [];
  const log = createLoggerTo((line) => lines.push(line), 'worker');
  await tenantWithDataset();
  const config = configWith({ KAFKA_SASL_PASSWORD: 'not this one' });
  await during(kafkaParts(config, { db: database.db, log, positionSecret: secret }), async () => {
    while (!lines.some((line) => line.includes('changes are not published'))) await delay(50);
    // It goes on trying.
    const failures = async () =>
      (await metrics.kafkaFailures.get()).values.reduce((sum, { value }) => sum + value, 0);
    while ((await failures()) < 4) await delay(50);
  });
  expect(lines.filter((line) => line.includes('changes are not published'))).toHaveLength(1);
  expect(lines.join()).not.toContain('not this one');
});

test('health asks the brokers without a login, in time, and says what is wrong', async () => {
  const check = brokerCheck(kafkaPlace(configWith()));
  // The first connection over TLS may take a broker longer than health waits, and so may any on a busy machine.
  await passes(check);
  const nobody = brokerCheck({ ...kafkaPlace(configWith()), brokers: [`127.0.0.1:${await freePort()}`] });
  await expect(nobody()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const untrusted = brokerCheck({ ...kafkaPlace(configWith()), tls: {} });
  await expect
    .poll(() => untrusted().catch((error: { code: string }) => error.code))
    .toMatch(/CERT|SIGNATURE/);
  server.freeze();
  const times: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const began = performance.now();
    // Once a broker has kept it waiting, it says so without asking each time.
    const code = tries === 0 ? 'TIMEOUT' : expect.stringMatching(/^(TIMEOUT|UNAVAILABLE)$/);
    await expect(check()).rejects.toMatchObject({ code });
    times.push(performance.now() - began);
  }
  expect(Math.min(...times)).toBeLessThan(300);
  server.thaw();
  await passes(check);
});

async function passes(check: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    const found = await check().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!found) return;
    if (tries > 100) throw found;
    await delay(100);
  }
}
