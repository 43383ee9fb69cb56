import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Home } from './home.ts';
import type { Sealed } from './startedWith.ts';

export type ServiceStatus = {
  service: string;
  state: 'starting' | 'up' | 'restarting' | 'stopped';
  pid: number | null;
  port: number | null;
  restarts: number;
  /** ISO time of the last change of state. */
  since: string;
};

/** What the supervisor says of itself; other commands read it. */
export type State = {
  supervisor: number;
  startedAt: string;
  /** Its doors, as it was started: another shell may have other settings. */
  ui?: string;
  api?: string;
  settings?: Sealed;
  services: ServiceStatus[];
};

export function readState(home: Home): State | undefined {
  try {
    return JSON.parse(readFileSync(home.state, 'utf8')) as State;
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that a reader never meets half of it. */
export function writeState(home: Home, state: State): void {
  const partial = `${home.state}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(partial, home.state);
}

/** The process id of the running supervisor of this home, or undefined. */
export function runningSupervisor(home: Home): number | undefined {
  const pid = Number(readLock(home));
  return Number.isInteger(pid) && pid > 1 && isSupervisor(pid) ? pid : undefined;
}

function readLock(home: Home): string {
  try {
    return readFileSync(home.lock, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A process id alone proves nothing: numbers are used again. */
function isSupervisor(pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervise.ts');
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
