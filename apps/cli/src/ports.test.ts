import { createServer } from 'node:net';
import { readConfig } from '@summit/process/config';
import { expect, test } from 'vitest';
import { freePort } from '../../../checks/testPostgres.ts';
import { portNames, portProblems } from './ports.ts';

test.each(['127.0.0.1', '::1'])(
  'a port taken on %s is named with the variable that moves it',
  async (host) => {
    const ports = new Set<number>();
    while (ports.size < portNames.length) ports.add(await freePort());
    const env = Object.fromEntries([...ports].map((port, index) => [portNames[index]!, String(port)]));
    const config = readConfig(env);
    expect(await portProblems(config)).toEqual([]);
    const holder = createServer().listen(config.UI_PORT, host);
    await new Promise((done, failed) => {
      holder.once('listening', done);
      holder.once('error', failed);
    });
    try {
      expect(await portProblems(config)).toEqual([
        `Port ${config.UI_PORT} is taken. Stop what uses it, or set UI_PORT in .env to a free port.`,
      ]);
    } finally {
      holder.close();
    }
  },
);
