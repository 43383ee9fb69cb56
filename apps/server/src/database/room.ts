import { statfs } from 'node:fs/promises';
import { SummitError } from '@summit/process/errors';
import type { Database } from './database.ts';

/**
 * Free bytes that writing leaves on the disk of the data. Postgres stops altogether when it cannot write its log, and then
 * nothing can be read either: this is room for what it writes by itself (checkpoints, sessions, jobs), of 16 MB a log file.
 */
const FLOOR_BYTES = 256 * 1024 * 1024;
const CHECK_MS = 1_000;

interface Guard {
  folder: string;
  floor: number;
  checkedAt: number;
  free: number;
}

const guards = new WeakMap<Database, Guard>();
const guardsOf = new Map<string, Guard>();

/** From here on changes and uploads are refused while the disk of `folder` has fewer than `floor` bytes free. */
export function keepRoom(db: Database, folder: string, floor = FLOOR_BYTES): void {
  const guard = { folder, floor, checkedAt: Number.NEGATIVE_INFINITY, free: Number.POSITIVE_INFINITY };
  guards.set(db, guard);
  guardsOf.set(folder, guard);
}

/** Throws DISK_FULL. Looks at the disk once a second at most; where no room is kept it does nothing. */
export async function mustHaveRoom(where: Database | string): Promise<void> {
  const guard = typeof where === 'string' ? guardsOf.get(where) : guards.get(where);
  if (guard === undefined) return;
  const now = performance.now();
  if (now - guard.checkedAt >= CHECK_MS) {
    guard.checkedAt = now;
    // A folder that cannot be looked at says nothing about room: whoever writes there will be told.
    const disk = await statfs(guard.folder).catch(() => undefined);
    guard.free = disk === undefined ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
  }
  if (guard.free < guard.floor) throw new SummitError('DISK_FULL', { retryAfter: 30 });
}
