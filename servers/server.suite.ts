import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from './server.ts';

/** What a real client can do with a server; each call connects anew. */
export type Client = {
  put(value: string): Promise<void>;
  values(): Promise<string[]>;
};

/** What every server of ours does: the tests of one that is started by `start`, in their order. */
export function exercise<Started extends Server>(
  start: () => Promise<Started>,
  clientOf: (server: Started) => Client,
): void {
  let server: Started;
  let client: Client;
  beforeAll(async () => {
    const started = performance.now();
    server = await start();
    client = clientOf(server);
    console.log(`ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  });
  afterAll(() => server?.close());

  test('a real client is answered', async () => {
    expect(await client.values()).toEqual([]);
    await client.put('one');
    expect(await client.values()).toEqual(['one']);
  });

  test('stopped and started again it has what it had', async () => {
    const before = server.pid;
    await server.stop();
    expect(server.pid).toBeUndefined();
    await expect(client.values()).rejects.toThrow();
    await server.start();
    expect(server.pid).not.toBe(before);
    expect(await client.values()).toEqual(['one']);
  });

  test('killed and started again it has what it had', async () => {
    await client.put('two');
    await server.kill();
    await expect(client.values()).rejects.toThrow();
    await server.start();
    expect((await client.values()).toSorted()).toEqual(['one', 'two']);
  });

  test('frozen it accepts connections and says nothing; thawed it answers', async () => {
    server.freeze();
    const connected = connect(server.port, '127.0.0.1');
    await once(connected, 'connect');
    connected.destroy();
    let answered = false;
    const late = client.values().finally(() => {
      answered = true;
    });
    await delay(500);
    expect(answered).toBe(false);
    server.thaw();
    expect((await late).toSorted()).toEqual(['one', 'two']);
  });

  test('wiped it is there and empty', async () => {
    await server.wipe();
    expect(await client.values()).toEqual([]);
    await client.put('three');
    expect(await client.values()).toEqual(['three']);
  });

  test('closed it leaves nothing', async () => {
    const { pid, folder } = server;
    expect(existsSync(folder)).toBe(true);
    await server.close();
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    expect(existsSync(folder)).toBe(false);
  });
}
