import type { Context } from '../context.ts';
import type { JobRun } from '../job/job.ts';
import type { ImportCounts, ImportNode } from './import.ts';
import type { Services } from './importContext.ts';
import type { Pace } from './pace.ts';
import type { Preparer } from './prepare.ts';
import type { Reading } from './reading.ts';

/** An import under way: what all its passes share. */
export interface Running {
  services: Services;
  run: JobRun;
  ctx: Context;
  about: ImportNode;
  preparer: Preparer;
  pace: Pace;
  counts: ImportCounts;
  /** Rows are taken for new, without looking them up, until one is met twice. */
  fresh: boolean;
  /** Batches of new rows alone that there have been in a row, and after how many the next is taken for new as well. */
  newInARow: number;
  trustAfter: number;
  /** Rows written in this import after which the planner's statistics are made new. */
  analyzeAt: number;
  read(skip: number, withIds: boolean): Reading;
}

/** Thrown at a safe place when somebody cancelled. */
export const cancelled = new Error('cancelled');

/** Stops between two batches: the worker goes, the lease is lost, or somebody cancelled. */
export function stopHere({ run }: Pick<Running, 'run'>): void {
  if (run.cancelRequested()) throw cancelled;
  run.signal.throwIfAborted();
}
