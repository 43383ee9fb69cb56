import { existsSync, readFileSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endLeftover } from './embeddedPostgres.ts';
import type { Home } from './home.ts';
import { CommandError } from './installation.ts';
import { isAlive, readState, runningSupervisor } from './state.ts';

const STOP_WITHIN_MS = 90_000;

/** Ends everything of this home in order. Resolves to whether anything ran. */
export async function stopAll(home: Home): Promise<boolean> {
  const supervisor = runningSupervisor(home);
  if (supervisor) {
    process.kill(supervisor, 'SIGTERM');
    if (!(await ends(supervisor, STOP_WITHIN_MS))) {
      throw new CommandError(`The supervisor (process ${supervisor}) does not stop.`);
    }
  }
  return (await clearLeftovers(home)) || supervisor !== undefined;
}

/**
 * Ends what outlived a supervisor that was killed: its processes stop by themselves once they notice, the database has
 * to be told. Resolves to whether there was anything.
 */
export async function clearLeftovers(home: Home): Promise<boolean> {
  const processes = (readState(home)?.services ?? []).filter(({ pid }) => pid !== null && isOurProcess(pid));
  await Promise.all(processes.map(({ pid }) => ends(pid!, 30_000)));
  const data = await realpath(home.postgres).catch(() => home.postgres);
  const database = existsSync(join(data, 'postmaster.pid'));
  await endLeftover(data);
  for (const file of [home.state, home.lock]) await rm(file, { force: true });
  return processes.length > 0 || database;
}

/** A number alone proves nothing: it may belong to another program by now. */
function isOurProcess(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return /apps\/(server|gateway)\/src\/main\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

async function ends(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await delay(50)) {
    if (!isAlive(pid)) return true;
  }
  return false;
}
