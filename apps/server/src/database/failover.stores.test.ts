import { connect, createServer, type Socket } from 'node:net';
import { createLoggerTo } from '@summit/process/log';
import { afterAll, expect, test } from 'vitest';
import { startPostgres18 } from '../../../../servers/postgres.ts';
import { startReplica } from '../../../../servers/replica.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { Pulse } from './pulse.ts';
import { Load, standing } from './testing.stores.ts';
import { startTenant } from './testing.ts';

/** An address that leads to one server and then to another, as a name in DNS or a virtual address does. */
async function address(port: number) {
  const sockets = new Set<Socket>();
  const at = { port };
  const listener = createServer((client) => {
    const server = connect(at.port, '127.0.0.1');
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return { at, port: (listener.address() as { port: number }).port };
}

test('a standby takes over under load: nothing that it had is lost, nothing is doubled, no id is given again', async () => {
  const primary = await startPostgres18();
  afterAll(() => primary.close());
  await migrate(primary.ownerUrl, new URL(primary.appUrl));
  const standby = await startReplica(primary);
  afterAll(() => standby.close());
  const name = await address(primary.port);
  const db = new Database({ url: primary.variables(name.port).DATABASE_URL });
  const pulse = new Pulse(
    db,
    createLoggerTo(() => {}, 'test'),
  );
  await pulse.run();
  afterAll(async () => {
    await pulse.stop();
    await db.close();
  });
  const ctx = await startTenant(db);

  const before = new Load(ctx);
  await before.goesOn(20);
  await before.stop();
  await standby.caughtUp();
  await primary.kill();
  const after = new Load(ctx);
  // The name leads to a server that only follows, for a while.
  name.at.port = standby.port;
  await expect
    .poll(() => after.refused.get('DATABASE_UNAVAILABLE') ?? 0, { timeout: 10_000 })
    .toBeGreaterThan(4);
  await standby.promote();
  expect(await after.goesOn(20)).toBeLessThan(10_000);
  await after.stop();

  const { titles, changes } = await standing(db, ctx);
  expect(new Set(titles)).toEqual(new Set([...before.acknowledged, ...after.acknowledged]));
  expect(new Set(titles).size).toBe(titles.length);
  expect(changes).toBe(titles.length);
});
