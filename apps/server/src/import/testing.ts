/** What tests of imports share: a worker of their own and real files. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createLogger } from '@summit/process/log';
import { referenceFolder } from '@summit/process/referenceFiles';
import { afterAll } from 'vitest';
import type { Context } from '../context.ts';
import type { TestDatabase } from '../database/testing.ts';
import { keepFile } from '../file/file.commands.ts';
import { uuidv7 } from '../ids.ts';
import type { JobRun } from '../job/job.ts';
import { Jobs } from '../job/worker.ts';
import { type StartImport, startImport } from './import.commands.ts';
import { importJobs } from './import.jobs.ts';
import { loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Real data that stands beside the repository, or where SUMMIT_SHARED_DATA says. */
export const shared = (...path: string[]): string => join(referenceFolder, ...path);

export interface ImportTesting {
  home: string;
  jobs: Jobs;
  /** Uploads a file (a path, or its text) and imports it to the end. */
  bring(
    ctx: Context,
    content: string | Buffer,
    options?: Partial<StartImport> & { name?: string },
  ): Promise<ImportNode>;
  start(
    ctx: Context,
    content: string | Buffer,
    options?: Partial<StartImport> & { name?: string },
  ): Promise<string>;
  settled(ctx: Context, id: string): Promise<ImportNode>;
}

/** A claim of a job, for tests that do its work themselves and decide what it meets on the way. */
export function claimed(tenant: string, fence: number, more: Partial<JobRun> = {}): JobRun {
  return {
    tenant,
    id: uuidv7(),
    kind: 'test',
    fence,
    attempts: 1,
    signal: new AbortController().signal,
    cancelRequested: () => false,
    progressed: async () => {},
    ...more,
  };
}

/** @param idle without a worker: what is queued waits for the test. */
export async function importTesting({ db }: TestDatabase, idle = false): Promise<ImportTesting> {
  const home = await mkdtemp(join(tmpdir(), 'summit-import-'));
  const jobs = new Jobs({
    db,
    log: createLogger('test', 'fatal'),
    handlers: importJobs({ db, home, positionSecret: new Uint8Array(32).fill(7) }),
  });
  closing.push(() => rm(home, { recursive: true, force: true }));
  if (!idle) {
    await jobs.run();
    closing.push(() => jobs.stop());
  }
  const start: ImportTesting['start'] = async (ctx, content, { name, ...options } = {}) => {
    const isPath = typeof content === 'string' && content.startsWith('/');
    const body = isPath ? createReadStream(content) : Readable.from([Buffer.from(content as string)]);
    const filename = name ?? (isPath ? content.split('/').at(-1)! : 'file.ndjson');
    const file = await keepFile(ctx, { home, most: 1e10, quota: 1e11 }, filename, body);
    return startImport(ctx, { fileId: file.id, dataset: 'test', format: 'ftm', ...options });
  };
  const settled = async (ctx: Context, id: string): Promise<ImportNode> => {
    for (;;) {
      const found = (await loadImports(ctx, [id])).get(id)!;
      if (!['queued', 'running', 'undoing'].includes(found.state)) return found;
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  return { home, jobs, start, settled, bring: async (...input) => settled(input[0], await start(...input)) };
}
