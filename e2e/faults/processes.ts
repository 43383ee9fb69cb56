import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Product } from '../product.ts';
import { until } from '../until.ts';

type Service = { service: string; pid: number | null; restarts: number };

/** What the supervisor says of each process; a given database is none of them. */
const servicesOf = ({ home }: Product): Service[] =>
  (JSON.parse(readFileSync(join(home, 'run/state.json'), 'utf8')) as { services: Service[] }).services;

/** 0 while it does not run. */
export const pidOf = (product: Product, service: 'gateway' | 'server' | 'worker'): number =>
  servicesOf(product).find((each) => each.service === service)?.pid ?? 0;

export const restarts = (product: Product): Record<string, number> =>
  Object.fromEntries(servicesOf(product).map((each) => [each.service, each.restarts]));

export type LogLine = { message: string } & Record<string, unknown>;

/** What a process wrote into its log so far. */
export const logOf = ({ home }: Product, service: string): LogLine[] =>
  readFileSync(join(home, `logs/${service}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);

/** The value of a metric that a process serves; undefined while there is none. `labels` as they stand there. */
export async function metricOf(
  { env }: Product,
  service: 'gateway' | 'server' | 'worker',
  name: string,
  labels = '',
): Promise<number | undefined> {
  const port = env[`${service.toUpperCase()}_METRICS_PORT`];
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name}${labels} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

/** Of one process, after its garbage was collected. */
export type Memory = { heapMb: number; residentMb: number; threads: number };

/** What each process holds that it could not do without. */
export async function memoryOf(product: Product): Promise<Record<string, Memory>> {
  const turn = createServer();
  await until('it is our turn to ask', 120_000, () => {
    turn.listen(TURN, '127.0.0.1');
    return once(turn, 'listening').then(
      () => true,
      () => false,
    );
  });
  try {
    const found: Record<string, Memory> = {};
    for (const { service, pid } of servicesOf(product))
      if (pid !== null) found[service] = await memoryAfterCollection(pid);
    return found;
  } finally {
    turn.close();
  }
}

/** Where Node's inspector listens once a process was sent SIGUSR1: so they are asked one after the other, on the whole machine. */
const INSPECTOR = 'http://127.0.0.1:9229/json';
/** Whoever listens here asks. */
const TURN = 9228;
const MB = 1024 * 1024;

async function memoryAfterCollection(pid: number): Promise<Memory> {
  let url = '';
  process.kill(pid, 'SIGUSR1');
  await until('the inspector listens', 20_000, async () => {
    const targets = await fetch(INSPECTOR).then(
      (response) => response.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    url = targets[0]?.webSocketDebuggerUrl ?? '';
    return url !== '';
  });
  const socket = new WebSocket(url);
  await new Promise((done, failed) => {
    socket.onopen = done;
    socket.onerror = failed;
  });
  let calls = 0;
  const call = <Result>(method: string, params: object = {}): Promise<Result> =>
    new Promise((done) => {
      const id = ++calls;
      const hear = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data)) as { id?: number; result: Result };
        if (message.id !== id) return;
        socket.removeEventListener('message', hear);
        done(message.result);
      };
      socket.addEventListener('message', hear);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await call('HeapProfiler.enable');
  // What the first one lets go of by finalizers goes with the second.
  for (let times = 0; times < 2; times++) await call('HeapProfiler.collectGarbage');
  const expression = '({ pid: process.pid, ...process.memoryUsage() })';
  const { result } = await call<{ result: { value: { pid: number } & NodeJS.MemoryUsage } }>(
    'Runtime.evaluate',
    { expression, returnByValue: true },
  );
  // It closes when nobody is connected any more.
  await call('Runtime.evaluate', {
    expression: "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 20); 0",
  });
  socket.close();
  await until('the inspector has closed', 20_000, () =>
    fetch(INSPECTOR).then(
      () => false,
      () => true,
    ),
  );
  const { value } = result;
  if (value.pid !== pid) throw new Error(`the inspector is that of ${value.pid}, not of ${pid}`);
  const threads = Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return {
    heapMb: Math.round(((value.heapUsed + value.external) / MB) * 10) / 10,
    residentMb: Math.round(value.rss / MB),
    threads,
  };
}

/** Rounds before whose end caches, pools and compiled code are still growing to their size. */
export const WARMING_ROUNDS = 3;
/** How much more than after those a process may hold after any later round: far more than rounds differ, far less than leaks come to. */
const MORE_HEAP_MB = 60;
const MORE_RESIDENT_MB = 220;
const MORE_THREADS = 4;

/** After each round that follows no process holds more than it did when it had warmed up. */
export function expectNoGrowth(rounds: readonly Record<string, Memory>[]): void {
  const now = rounds.at(-1)!;
  if (rounds.length <= WARMING_ROUNDS) return;
  for (const [service, memory] of Object.entries(now)) {
    const warm = (key: keyof Memory) =>
      Math.max(...rounds.slice(0, WARMING_ROUNDS).map((each) => each[service]?.[key] ?? 0));
    expect(memory.heapMb, `heap of ${service}`).toBeLessThan(warm('heapMb') + MORE_HEAP_MB);
    expect(memory.residentMb, `resident memory of ${service}`).toBeLessThan(
      warm('residentMb') + MORE_RESIDENT_MB,
    );
    expect(memory.threads, `threads of ${service}`).toBeLessThanOrEqual(warm('threads') + MORE_THREADS);
  }
}

export const shown = (memory: Record<string, Memory>): string =>
  Object.entries(memory)
    .map(([service, { heapMb, residentMb }]) => `${service} ${heapMb}/${residentMb}`)
    .join(', ');
