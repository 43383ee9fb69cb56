import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { keepFile } from '../file/file.commands.ts';
import { startImport, undoImport } from './import.commands.ts';
import { loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';

const database = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'summit-crash-'));
const workers = new Set<ChildProcess>();
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'worker'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.appUrl,
      ENCRYPTION_KEY: randomBytes(32).toString('hex'),
      SUMMIT_HOME: home,
      WORKER_METRICS_PORT: String(await freePort()),
      LOG_LEVEL: 'info',
    },
  });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  await new Promise<void>((done, failed) => {
    worker.stdout!.on('data', (chunk: Buffer) => {
      if (chunk.includes('worker ready')) done();
    });
    worker.once('exit', (code) => failed(new Error(`the worker ended with ${code}`)));
  });
  return worker;
}

const kill = (worker: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') =>
  new Promise<number | null>((done) => {
    worker.once('exit', (code) => done(code));
    worker.kill(signal);
  });

const ROWS = 20_000;
const lines = Array.from({ length: ROWS }, (_, at) =>
  at % 1_000 === 999
    ? `{"broken": ${at}\n`
    : `${JSON.stringify(
        at % 2 === 0
          ? {
              id: `p${at}`,
              schema: 'Person',
              properties: { name: [`Person ${at}`], birthDate: ['1970-01-01'] },
            }
          : {
              id: `o${at}`,
              schema: 'Ownership',
              properties: { owner: [`p${at - 1}`], asset: [`p${((at * 7) % ROWS) & ~1}`] },
            },
      )}\n`,
).join('');

async function begin(ctx: Context): Promise<string> {
  const file = await keepFile(
    ctx,
    { home, most: 1e9, quota: 1e10 },
    'people.json',
    Readable.from([Buffer.from(lines)]),
  );
  return startImport(ctx, { fileId: file.id, dataset: 'people', format: 'ftm' });
}

async function until(ctx: Context, id: string, reached: (about: ImportNode) => boolean): Promise<ImportNode> {
  for (const deadline = Date.now() + 120_000; ; ) {
    const about = (await loadImports(ctx, [id])).get(id)!;
    if (reached(about)) return about;
    if (about.state === 'failed' || Date.now() > deadline) throw new Error(JSON.stringify(about));
    await new Promise((done) => setTimeout(done, 10));
  }
}

const isDone = ({ state }: ImportNode) => state === 'done';
const digestOf = (ctx: Context) => read(ctx, undefined, (tx) => digest(tx));
const rejectsOf = (ctx: Context, id: string) =>
  inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query(sql`select line, code, raw from operations.import_rejects
      where tenant_id = ${ctx.scope.tenant} and import_id = ${id} order by line`),
  );

test('a worker killed again and again loses nothing and doubles nothing; its digest equals an undisturbed run', async () => {
  const [ctx, undisturbed] = [await startTenant(database.db), await startTenant(database.db)];
  const id = await begin(ctx);
  for (const part of [0, 0.3, 0.6]) {
    const worker = await startWorker();
    await until(ctx, id, ({ checkpoint }) => checkpoint > ROWS * part);
    await kill(worker, 'SIGKILL');
    const { state, checkpoint } = (await loadImports(ctx, [id])).get(id)!;
    expect(state).toBe('running');
    expect(checkpoint).toBeLessThan(ROWS);
  }
  const worker = await startWorker();
  const done = await until(ctx, id, isDone);
  const other = await begin(undisturbed);
  const reference = await until(undisturbed, other, isDone);

  const { import: _, seconds: __, ...result } = done.result!;
  expect(reference.result).toMatchObject(result);
  expect(result).toMatchObject({ rows: ROWS, rejects: ROWS / 1_000, records: { created: ROWS / 2 } });
  expect(await digestOf(ctx)).toEqual(await digestOf(undisturbed));
  expect(await rejectsOf(ctx, id)).toEqual(await rejectsOf(undisturbed, other));
  await kill(worker, 'SIGTERM');
});

test('SIGTERM hands the job back, and the next worker goes on at once', async () => {
  const ctx = await startTenant(database.db);
  const id = await begin(ctx);
  const first = await startWorker();
  await until(ctx, id, ({ checkpoint }) => checkpoint > 0);
  expect(await kill(first, 'SIGTERM')).toBe(0);
  const { attempts, leases } = (await inTransaction(
    ctx.db,
    { tenant: ctx.scope.tenant, readOnly: true },
    (tx) =>
      tx.first<{ attempts: number; leases: number }>(sql`
      select attempts, (select count(*)::int from operations.leases) as leases from operations.jobs`),
  ))!;
  expect({ attempts, leases }).toEqual({ attempts: 0, leases: 0 });
  const second = await startWorker();
  expect((await until(ctx, id, isDone)).result!.rows).toBe(ROWS);
  await kill(second, 'SIGTERM');
});

test('an undo killed halfway goes on, and leaves what stood before the import', async () => {
  const ctx = await startTenant(database.db);
  const before = await digestOf(ctx);
  const id = await begin(ctx);
  const first = await startWorker();
  await until(ctx, id, isDone);
  await undoImport(ctx, id);
  await until(
    ctx,
    id,
    ({ state, progress }) =>
      state === 'undone' || (state === 'undoing' && progress.rows > 0 && progress.rows < 15_000),
  );
  await kill(first, 'SIGKILL');
  const second = await startWorker();
  await until(ctx, id, ({ state }) => state === 'undone');
  expect(await digestOf(ctx)).toEqual(before);
  await kill(second, 'SIGTERM');
});
