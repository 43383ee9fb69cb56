/**
 * Imports generated files end to end with a real worker's parts and prints rows a second, beside reading alone and beside bare
 * COPY + insert of the same rows into the same tables (triggers, indexes and history included).
 *
 *   node shared/data/generate.mjs --entities 100000 --relationships 200000 --vocabulary 25000 --format ndjson --out FOLDER
 *   node bench/import.ts FOLDER OWNER_URL APP_URL
 *
 * OWNER_URL may create databases; the one made here is dropped in the end. Processor seconds are printed too: on a busy
 * machine they say more than the clock.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runCommand } from '../apps/server/src/change/command.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { migrate } from '../apps/server/src/database/migrate.ts';
import { sql } from '../apps/server/src/database/sql.ts';
import { ensureDataset } from '../apps/server/src/dataset/dataset.commands.ts';
import { blobPath } from '../apps/server/src/file/blobs.ts';
import { keepFile } from '../apps/server/src/file/file.commands.ts';
import type { FileNode } from '../apps/server/src/file/file.ts';
import { startImport, undoImport } from '../apps/server/src/import/import.commands.ts';
import { importJobs } from '../apps/server/src/import/import.jobs.ts';
import { loadImports } from '../apps/server/src/import/import.queries.ts';
import { ReadAhead } from '../apps/server/src/import/reading.ts';
import { recognise } from '../apps/server/src/import/recognise.ts';
import { stage, writeLinks, writeRecords } from '../apps/server/src/import/staging.ts';
import { Jobs } from '../apps/server/src/job/worker.ts';
import { Actor } from '../apps/server/src/tenant/actor.ts';
import { createLogger } from '../packages/process/src/log.ts';

const [folder, ownerUrl, appUrl] = process.argv.slice(2);
if (!folder || !ownerUrl || !appUrl) throw new Error('usage: node bench/import.ts FOLDER OWNER_URL APP_URL');

const home = await mkdtemp(join(tmpdir(), 'summit-bench-'));
const name = `bench_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
const on = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
const admin = new pg.Client({ connectionString: ownerUrl });
await admin.connect();
await admin.query(`create database ${name}`);
await migrate(on(ownerUrl), new URL(appUrl).username);
const db = new Database({ url: on(appUrl), writeSize: 4, readSize: 4 });

async function newTenant(): Promise<Context> {
  const ctx: Context = {
    db,
    actor: new Actor(randomUUID(), 'Bench', ['owner']),
    scope: { tenant: randomUUID(), clearance: 4 },
    requestId: 'bench',
    positionSecret: new Uint8Array(32),
    files: { home, most: 1e12, quota: 1e13 },
  };
  const { tenant } = ctx.scope;
  await runCommand(ctx, { action: 'tenant.created' }, async (tx) => {
    await tx.execute(
      sql`insert into tenants (tenant_id, id, since_change, name) values (${tenant}, ${tenant}, ${tx.change}, 'Bench')`,
    );
    await tx.execute(
      sql`insert into users (tenant_id, id, since_change, name, roles) values (${tenant}, ${ctx.actor.id}, ${tx.change}, 'Bench', ${['owner']})`,
    );
  });
  return ctx;
}

const ctx = await newTenant();
const jobs = new Jobs({
  db,
  log: createLogger('bench', 'warn'),
  handlers: importJobs({ db, home, positionSecret: ctx.positionSecret }),
});
await jobs.run();

/** Processor seconds of the database's processes for us, where they run on this machine. */
async function serverCpu(): Promise<number> {
  const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity where datname = $1', [
    name,
  ]);
  let ticks = 0;
  for (const { pid } of rows) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / 100;
}

async function measured(label: string, work: () => Promise<number>): Promise<void> {
  const [began, cpu, server] = [performance.now(), process.cpuUsage(), await serverCpu()];
  const rows = await work();
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  const node = (used.user + used.system) / 1e6;
  const postgres = (await serverCpu()) - server;
  console.log(
    `${label.padEnd(30)} ${String(Math.round(rows / seconds)).padStart(7)} rows/s  ${seconds.toFixed(1).padStart(6)} s  ` +
      `processor: node ${node.toFixed(1)} s, postgres ${postgres.toFixed(1)} s (${Math.round(rows / Math.max(postgres, 0.01))} rows/s)  ` +
      `resident ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
  );
}

async function ended(id: string) {
  for (;;) {
    const about = (await loadImports(ctx, [id])).get(id)!;
    if (!['queued', 'running', 'undoing'].includes(about.state)) {
      if (about.error) throw new Error(JSON.stringify(about.error));
      return about;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function upload(file: string, change = (text: string) => text): Promise<FileNode> {
  const { files } = ctx;
  const source = createReadStream(join(folder!, file));
  const lines = async function* () {
    for await (const chunk of source.setEncoding('utf8')) yield change(chunk as string);
  };
  const { Readable } = await import('node:stream');
  return keepFile(ctx, files!, file, Readable.from(lines()));
}

async function bring(kept: FileNode): Promise<string> {
  const read = await recognise(ctx, { fileId: kept.id });
  return startImport(ctx, { fileId: kept.id, dataset: 'bench', ...read });
}

function reading(kept: FileNode, mapping: string | undefined, format: string): ReadAhead {
  return new ReadAhead({
    importId: randomUUID(),
    datasetKey: 'bare',
    marking: 1,
    path: blobPath(home, kept.sha256),
    bytes: kept.bytes,
    filename: kept.filename,
    format,
    mapping,
    types: [],
    options: {},
    skip: 0,
    withIds: false,
  });
}

/** Reads the file alone, then writes what was read by bare statements, as many rows a transaction as an import does. */
async function bare(kept: FileNode): Promise<void> {
  const { format, mapping } = await recognise(ctx, { fileId: kept.id });
  const batches: Parameters<typeof stage>[1][] = [];
  let rows = 0;
  await measured(`${kept.filename}: reading alone`, async () => {
    const source = reading(kept, mapping, format);
    source.want(4_000);
    for (let batch = await source.next(); batch; batch = await source.next()) {
      batches.push(batch);
      rows += batch.rows;
    }
    await source.close();
    return rows;
  });
  const other = await newTenant();
  await measured(`${kept.filename}: bare COPY, insert`, async () => {
    for (const batch of batches) {
      await runCommand(other, { action: 'bench' }, async (tx) => {
        const { id } = await ensureDataset(tx, { key: 'bare' });
        await stage(tx, batch);
        const all = { created: 1, updated: 0, unchanged: 0, older: 0 };
        if (batch.records.length > 0) await writeRecords(tx, id, all);
        if (batch.links.length > 0) await writeLinks(tx, id, all);
      });
    }
    return rows;
  });
}

console.log(
  `${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${loadavg()[0]!.toFixed(1)}`,
);
try {
  const [entities, relationships] = [await upload('entities.ndjson'), await upload('relationships.ndjson')];
  await bare(entities);
  await bare(relationships);
  let last = '';
  const run = (label: string, kept: FileNode) =>
    measured(label, async () => {
      last = await bring(kept);
      return (await ended(last)).counts.rows;
    });
  await run('entities: import', entities);
  await run('relationships: import', relationships);
  await run('entities: again, unchanged', entities);
  await run(
    'entities: changed',
    await upload('entities.ndjson', (text) => text.replaceAll('"city":"', '"city":"New ')),
  );
  await measured('entities: undo', async () => {
    await undoImport(ctx, last);
    return (await ended(last)).counts.rows;
  });
} finally {
  await jobs.stop();
  await db.close();
  if (process.env.KEEP) console.log(on(ownerUrl));
  else await admin.query(`drop database ${name} with (force)`);
  await admin.end();
  await rm(home, { recursive: true, force: true });
}
