import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeReachable } from '../apps/cli/src/postgresBinaries.ts';
import { type Launch, Program } from './program.ts';

/** A real server on 127.0.0.1 with data of its own, which it keeps between `stop` or `kill` and `start`. */
export type Server = {
  port: number;
  /** Where its data lies, until `close`. */
  folder: string;
  /** undefined while it does not run. */
  readonly pid: number | undefined;
  /** What it wrote since its last start: the first and the latest lines. */
  readonly said: string;
  /** Starts it again on the same port and data; resolves when it answers. Nothing happens when it runs. */
  start(): Promise<void>;
  /** Asks it to end and waits for it. */
  stop(): Promise<void>;
  /** Ends it without warning, as a crash does. */
  kill(): Promise<void>;
  /** Holds it still, so that it accepts connections and never answers, until `thaw` or its end. */
  freeze(): void;
  thaw(): void;
  /** Loses its data; it runs again, empty, if it ran. */
  wipe(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
};

export type Recipe = {
  name: string;
  port: number;
  /** Makes data for a first start in an empty folder. */
  prepare(data: string): Promise<void>;
  launch(data: string): Launch;
  isReady(program: Program, data: string): boolean | Promise<boolean>;
  /** How it is asked to end. */
  stopSignal?: NodeJS.Signals;
  /** How it ends when its data is not needed any more. */
  closeSignal?: NodeJS.Signals;
  /** Whether what it said means that another attempt to start may succeed. */
  mayTryAgain?(said: string): boolean;
};

/** Far more than any of them takes: a machine may be busy. */
const START_WITHIN_MS = 180_000;

/** Starts a server on new data in a temporary folder. */
export async function startServer(recipe: Recipe): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), `summit-${recipe.name}-`));
  await makeReachable(folder);
  const data = join(folder, 'data');
  let program: Program | undefined;
  let frozen = false;

  async function attempt(deadline: number): Promise<void> {
    const started = new Program(recipe.launch(data));
    if (await started.becomes((each) => recipe.isReady(each, data), deadline - Date.now())) {
      program = started;
      frozen = false;
      return;
    }
    await started.end('SIGKILL');
    if (!recipe.mayTryAgain?.(started.said) || Date.now() > deadline)
      throw new Error(
        `${recipe.name} did not start on port ${recipe.port}: ${started.said || 'it said nothing'}`,
      );
    await delay(250);
    await attempt(deadline);
  }

  const server: Server = {
    port: recipe.port,
    folder,
    get pid() {
      return program?.isAlive ? program.pid : undefined;
    },
    get said() {
      return program?.said ?? '';
    },
    start: async () => {
      if (!program?.isAlive) await attempt(Date.now() + START_WITHIN_MS);
    },
    stop: () => end(recipe.stopSignal ?? 'SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => {
      if (!program?.isAlive) throw new Error(`${recipe.name} does not run`);
      program.signalAll('SIGSTOP');
      frozen = true;
    },
    thaw: () => {
      if (frozen && program?.isAlive) program.signalAll('SIGCONT');
      frozen = false;
    },
    wipe: async () => {
      const ran = server.pid !== undefined;
      await server.kill();
      await rm(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      await recipe.prepare(data);
      if (ran) await server.start();
    },
    close: async () => {
      await end(recipe.closeSignal ?? 'SIGKILL', 10_000);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  async function end(signal: NodeJS.Signals, patienceMs?: number): Promise<void> {
    // Processes of its own that are held still would outlive it.
    server.thaw();
    await program?.end(signal, patienceMs);
  }

  try {
    await recipe.prepare(data);
    await server.start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
