import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { lastWords } from './lastWords.ts';
import type { RotatingLog } from './rotatingLog.ts';
import type { ServiceStatus } from './state.ts';

export type ProcessOptions = {
  name: string;
  arguments: string[];
  env: NodeJS.ProcessEnv;
  port: number | null;
  log: RotatingLog;
  onChange: () => void;
};

const READY_WITHIN_MS = 60_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A process that lived this long starts again without delay. */
const HEALTHY_AFTER_MS = 30_000;
const STOP_WITHIN_MS = 28_000;

/** One Node process that is started again whenever it dies, ever more slowly while it keeps dying. */
export class SupervisedProcess {
  readonly #options: ProcessOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  readonly #lastWords: string[] = [];
  readonly status: ServiceStatus;

  constructor(options: ProcessOptions) {
    this.#options = options;
    const { name, port } = options;
    this.status = { service: name, state: 'stopped', pid: null, port, restarts: 0, since: now() };
  }

  /** Starts it and waits until it says that it is ready. Rejects with its last words when it ends before. */
  async start(): Promise<void> {
    const child = this.#spawn();
    const code = await Promise.race([
      this.#ready(child),
      delay(READY_WITHIN_MS, 'late' as const, { ref: false }),
      once(child, 'exit').then(([code]) => code as number | null),
    ]);
    if (code === 'ready') return;
    await this.stop();
    throw new Error(
      `${this.#options.name} did not start: ${lastWords(this.#lastWords) || (code === 'late' ? 'it was not ready in time' : `exit code ${code}`)}`,
    );
  }

  /** Ends it in order, by force after 28 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exit;
      clearTimeout(late);
    }
    this.#change('stopped', null);
  }

  #ready(child: ChildProcess): Promise<'ready'> {
    return new Promise((done) => {
      child.on('message', (message) => {
        if ((message as { ready?: boolean }).ready) done('ready');
      });
    });
  }

  #spawn(): ChildProcess {
    const { arguments: arguments_, env, log } = this.#options;
    const child = spawn(process.execPath, arguments_, {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own group: Ctrl-C reaches the supervisor alone, which then stops everything in order.
      detached: true,
    });
    this.#child = child;
    const startedAt = Date.now();
    const hear = (level: string) => (line: string) => {
      log.line(line, level);
      this.#lastWords.push(line);
      if (this.#lastWords.length > 30) this.#lastWords.shift();
    };
    createInterface({ input: child.stdout! }).on('line', hear('info'));
    createInterface({ input: child.stderr! }).on('line', hear('error'));
    child.on('error', (error) => log.line(error.message, 'error'));
    child.on('message', (message) => {
      if ((message as { ready?: boolean }).ready) this.#change('up', child.pid ?? null);
    });
    child.once('exit', (code, signal) => this.#exited(code, signal, Date.now() - startedAt));
    this.#change(this.status.restarts > 0 ? 'restarting' : 'starting', child.pid ?? null);
    return child;
  }

  #exited(code: number | null, signal: string | null, livedMs: number): void {
    if (this.#stopping) return;
    this.#failures = livedMs > HEALTHY_AFTER_MS ? 0 : this.#failures + 1;
    const delay =
      this.#failures === 0 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    this.#options.log.line(
      `${this.#options.name} ended (${signal ?? `code ${code}`}); starting again in ${delay} ms`,
      'error',
    );
    this.status.restarts++;
    this.#change('restarting', null);
    this.#timer = setTimeout(() => this.#spawn(), delay);
  }

  #change(state: ServiceStatus['state'], pid: number | null): void {
    Object.assign(this.status, { state, pid, since: now() });
    this.#options.onChange();
  }
}

const now = () => new Date().toISOString();
