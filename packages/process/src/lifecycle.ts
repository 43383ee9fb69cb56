import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';

/** A long-lived thing. `run` resolves once it works; `stop` stops taking work, finishes what runs, and resolves. */
export type Part = { run(): Promise<void>; stop(): Promise<void> };

export type ProcessOptions = {
  name: string;
  /** Started in order, stopped in reverse. */
  parts: Part[];
  log: Logger;
  /** Called first when stopping, so that readiness turns false before anything closes. */
  onDraining?: () => void;
  /** How long work may take to finish, in milliseconds. */
  drainMs?: number;
};

const DRAIN_MS = 25_000;

/**
 * Runs the parts until SIGTERM or SIGINT (or the supervisor is gone), then stops them within `drainMs`.
 * Exit codes: 0 stopped in order, 1 failed or too slow, 2 wrong configuration. A second signal exits at once.
 */
export async function runProcess({
  name,
  parts,
  log,
  onDraining,
  drainMs = DRAIN_MS,
}: ProcessOptions): Promise<void> {
  const started: Part[] = [];
  let stopping = false;

  const stop = async (reason: string, code: number): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ reason }, 'stopping');
    onDraining?.();
    const late = setTimeout(() => {
      log.error({ drainMs }, 'some work did not finish in time');
      process.exit(1);
    }, drainMs);
    for (const part of started.reverse()) {
      await part.stop().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'));
    }
    clearTimeout(late);
    log.info('stopped');
    process.exit(code);
  };

  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('disconnect', () => void stop('the supervisor is gone', 0));
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'unexpected error');
    void stop('unexpected error', 1);
  });

  try {
    for (const part of parts) {
      started.push(part);
      await part.run();
      if (stopping) return;
    }
  } catch (error) {
    reportStartFailure(log, error);
    started.pop();
    await stop('start failed', error instanceof ConfigError ? 2 : 1);
    return;
  }
  log.info(`${name} ready`);
  if (process.connected) process.send!({ ready: true }, () => {});
}

function reportStartFailure(log: Logger, error: unknown): void {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    log.fatal({ port: (error as { port?: number }).port }, 'the port is taken; set another one in .env');
  } else {
    log.fatal({ error }, 'start failed');
  }
}

/** Runs a program's main function: wrong configuration is printed plainly and exits with 2. */
export async function main(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
