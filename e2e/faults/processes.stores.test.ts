import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToEnd } from '../../apps/cli/src/runToEnd.ts';
import { ask } from '../asking.ts';
import { until } from '../until.ts';
import { longTest } from './length.ts';
import { logOf, pidOf } from './processes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'redis'] });
});
afterAll(() => stage?.close());

/** How many files a process may have open; sets it where a number is given. */
async function openFiles(pid: number, most?: number): Promise<number> {
  const words = ['--pid', String(pid), most === undefined ? '--nofile' : `--nofile=${most}:`];
  const { code, output } = await runToEnd('prlimit', [...words, '--noheadings', '--output', 'SOFT']);
  if (code !== 0) throw new Error(`prlimit: ${output}`);
  return Number(output);
}

/** What an open file is; undefined where none is. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The lowest number that is free, or that a connection to this port has. */
function lowestToLose(pid: number, port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set(
    readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , to]) => to?.endsWith(remote))
      .map((fields) => `socket:[${fields[9]}]`),
  );
  for (let number = 0; ; number++) {
    const open = linkAt(`/proc/${pid}/fd/${number}`);
    if (open === undefined || sockets.has(open)) return number;
  }
}

longTest(
  'the server may open no more files: each is answered or refused with a code, and it goes on',
  async () => {
    const round = await stage.begin('No files');
    const pid = pidOf(stage.product, 'server');
    const most = await openFiles(pid);
    try {
      // The limit is one of numbers: with every lower one taken, what is lost now cannot be opened again.
      const said = logOf(stage.product, 'server').length;
      await openFiles(pid, lowestToLose(pid, stage.network.postgres.port));
      stage.network.postgres.reset();
      const answers = await Promise.all(
        Array.from({ length: 60 }, () =>
          ask(stage.product.api, round.world.ann.token, '{ datasets { edges { node { key } } } }'),
        ),
      );
      const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
      console.log(`${answers.length - codes.length} answered; refused with ${[...new Set(codes)]}`);
      expect(codes.length, 'somebody is refused').toBeGreaterThan(0);
      for (const code of codes)
        expect(code).toMatch(/^(DATABASE_UNAVAILABLE|DATABASE_BUSY|SERVER_UNAVAILABLE|QUERY_TIMEOUT)$/);
      for (const path of ['/health', '/health/ready', '/health/detailed'])
        expect((await stage.health(path)).ms, path).toBeLessThan(2_000);
      await until('the server met the limit and says so', 60_000, () =>
        logOf(stage.product, 'server')
          .slice(said)
          .some((line) => JSON.stringify(line).includes('EMFILE')),
      );
    } finally {
      await openFiles(pid, most);
    }
    await round.end();
  },
);

longTest('a tenth of a processor: slower, and nothing is given up for dead', async () => {
  const round = await stage.begin('A tenth');
  const pids = (['server', 'worker'] as const).map((service) => pidOf(stage.product, service));
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, name);
  };
  try {
    for (const ends = Date.now() + 20_000; Date.now() < ends; ) {
      signal('SIGSTOP');
      await delay(90);
      signal('SIGCONT');
      await delay(10);
    }
    expect((await stage.health('/health')).status).toBe(200);
  } finally {
    signal('SIGCONT');
  }
  await round.end();
});

test('told to end under load, told twice, and killed while it ends: others take over, and nothing is lost', async () => {
  const round = await stage.begin('Ended');
  round.mayEnd('server', 'worker');
  const startsAgain = async (service: 'server' | 'worker', before: number) => {
    await until(`${service} is another process`, 60_000, () => {
      const now = pidOf(stage.product, service);
      return now > 0 && now !== before;
    });
    await round.edits(4);
  };
  for (const service of ['server', 'worker'] as const) {
    const first = pidOf(stage.product, service);
    process.kill(first, 'SIGTERM');
    await startsAgain(service, first);
    for (const [signal, afterMs] of [
      ['SIGTERM', 100],
      ['SIGKILL', 100],
    ] as const) {
      const pid = pidOf(stage.product, service);
      process.kill(pid, 'SIGTERM');
      await delay(afterMs);
      // It may have ended already.
      try {
        process.kill(pid, signal);
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
      }
      await startsAgain(service, pid);
    }
  }
  await round.end();
});
