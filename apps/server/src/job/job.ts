import { SummitError } from '@summit/process/errors';

/** One claimed job, as its handler sees it. */
export interface JobRun {
  tenant: string;
  id: string;
  kind: string;
  /** Rises with every claim: what an older holder writes is refused by comparing it. */
  fence: number;
  /** Claims since it last made progress, this one included. */
  attempts: number;
  /** Aborted when the worker stops or the lease is lost: the handler ends at its next safe place and throws `signal.reason`. */
  signal: AbortSignal;
  /** Somebody asked to cancel it: known within a heartbeat, and at once when the handler looks itself. */
  cancelRequested(): boolean;
  /** Says that something was settled: earlier attempts no longer count against the job. Cheap after the first call. */
  progressed(): Promise<void>;
}

/** Work that was claimed this often without progress kills its worker: its handler gives it up. */
export const ATTEMPTS = 6;

/** Why a handler was asked to stop, although its work goes on elsewhere. */
export class HandedBack extends Error {
  constructor() {
    super('the worker is stopping, or lost the lease of the job');
  }
}

/** Failures that pass by themselves: the job is tried again instead of failing. */
export function isPassing(error: unknown): boolean {
  if (error instanceof SummitError)
    return ['DATABASE_UNAVAILABLE', 'DATABASE_BUSY', 'DISK_FULL'].includes(error.code);
  const code = (error as { code?: unknown } | null)?.code;
  // 57014: a statement ran out of time, on a machine that was busy with something else. A job that never gets on is given up.
  return typeof code === 'string' && /^(40001|40P01|53|55P03|57P0|57014|08)/.test(code);
}
