import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../apps/cli/src/postgresAccount.ts';

export type Launch = {
  command: string;
  arguments: string[];
  /** Added to a bare environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Who runs it, where that is not us. */
  account?: Account | undefined;
  /** What it gets where Linux can tell it that we were killed. */
  orphanSignal?: 'KILL' | 'QUIT';
};

const KEPT_LINES = 400;
const FOLLOWING = '/usr/bin/setpriv';

/** One run of a server: from its start to its end. */
export class Program {
  readonly pid: number;
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];

  constructor(launch: Launch) {
    // Where Linux can, it ends with us even when we are killed.
    const follow = ['--pdeathsig', launch.orphanSignal ?? 'KILL', launch.command, ...launch.arguments];
    const [command, arguments_] = existsSync(FOLLOWING)
      ? [FOLLOWING, follow]
      : [launch.command, launch.arguments];
    this.#child = spawn(command, arguments_, {
      cwd: launch.cwd ?? '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in a terminal reaches us, who stop it in order.
      detached: true,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        HOME: process.env.HOME ?? '/',
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        ...launch.env,
      },
      ...(launch.account && { uid: launch.account.uid, gid: launch.account.gid }),
    });
    this.pid = this.#child.pid ?? -1;
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    this.#child.on('error', (error) => this.#hear(error.message));
    const lastResort = () => this.#child.kill('SIGKILL');
    process.once('exit', lastResort);
    this.exited = new Promise((done) => {
      this.#child.once('close', () => {
        process.removeListener('exit', lastResort);
        done();
      });
    });
  }

  #hear(line: string): void {
    this.#said.push(line);
    if (this.#said.length > KEPT_LINES) this.#said.splice(KEPT_LINES / 4, 1);
  }

  get isAlive(): boolean {
    return this.pid > 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Its first and its latest lines. */
  get said(): string {
    return this.#said.join('\n');
  }

  /** Signals it and every process that it has started. */
  signalAll(signal: NodeJS.Signals): void {
    for (const pid of descendants(this.pid)) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // A connection's own process may end between the two.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** Sends a signal and waits for the end; after `patienceMs` it is killed. */
  async end(signal: NodeJS.Signals, patienceMs = 60_000): Promise<void> {
    if (this.isAlive) this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await this.exited;
    clearTimeout(late);
  }

  /** Waits until `isReady`; false when it ended before or was late. */
  async becomes(
    isReady: (program: Program) => boolean | Promise<boolean>,
    withinMs: number,
  ): Promise<boolean> {
    for (const deadline = Date.now() + withinMs; this.isAlive && Date.now() < deadline; await delay(25))
      if (await isReady(this)) return true;
    return false;
  }
}

/** A process and all below it, from the top. */
function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [
    pid,
    ...(children === '' ? [] : children.split(' ')).flatMap((child) => descendants(Number(child))),
  ];
}
