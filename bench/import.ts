/**
 * Imports generated files end to end with a real worker's parts and prints rows a second, beside bare COPY + insert of the
 * same rows into the same tables. `node bench/import.ts FOLDER [OWNER_URL APP_LOGIN]`: FOLDER holds entities.ndjson and
 * relationships.ndjson of generate.mjs (made by `--vocabulary 250000`); without an address a scratch Postgres is started.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runCommand } from '../apps/server/src/change/command.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { migrate } from '../apps/server/src/database/migrate.ts';
import { sql } from '../apps/server/src/database/sql.ts';
import { keepFile } from '../apps/server/src/file/file.commands.ts';
import { startImport } from '../apps/server/src/import/import.commands.ts';
import { importJobs } from '../apps/server/src/import/import.jobs.ts';
import { loadImports } from '../apps/server/src/import/import.queries.ts';
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
const ctx: Context = {
  db,
  actor: new Actor(randomUUID(), 'Bench', ['owner']),
  scope: { tenant: randomUUID(), clearance: 4 },
  requestId: 'bench',
  positionSecret: new Uint8Array(32),
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
const jobs = new Jobs({
  db,
  log: createLogger('bench', 'warn'),
  handlers: importJobs({ db, home, positionSecret: ctx.positionSecret }),
});
await jobs.run();

async function bring(file: string, label: string): Promise<void> {
  const kept = await keepFile(
    ctx,
    { home, most: 1e12, quota: 1e12 },
    file,
    createReadStream(join(folder!, file)),
  );
  const { guessMapping } = await import('../apps/server/src/import/guessMapping.ts');
  const { ontology } = await import('../apps/server/src/ontology/ontology.ts');
  const head = (await firstLines(join(folder!, file))).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  const columns = [...new Set(head.flatMap((row) => Object.keys(row)))];
  const guessed = guessMapping(
    { columns, rows: head.map((row) => columns.map((column) => String(row[column] ?? ''))) },
    ontology,
  );
  const began = performance.now();
  const cpu = process.cpuUsage();
  const serverBefore = await serverCpu();
  const id = await startImport(ctx, {
    fileId: kept.id,
    dataset: 'bench',
    format: 'ndjson',
    mapping: guessed.yaml,
  });
  let most = 0;
  for (;;) {
    const one = (await loadImports(ctx, [id])).get(id)!;
    most = Math.max(most, process.memoryUsage().rss);
    if (one.state === 'done' || one.state === 'failed') {
      const seconds = (performance.now() - began) / 1000;
      const used = process.cpuUsage(cpu);
      console.log(label, one.state, one.error ?? '', JSON.stringify(one.result), one.progress.slowedBy);
      console.log(
        `  ${Math.round((one.counts.rows ?? 0) / seconds)} rows/s, ${seconds.toFixed(1)} s, cpu: node ${((used.user + used.system) / 1e6).toFixed(1)} s, postgres ${((await serverCpu()) - serverBefore).toFixed(1)} s; rss ${Math.round(most / 2 ** 20)} MB`,
      );
      break;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

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

async function firstLines(path: string): Promise<string[]> {
  for await (const chunk of createReadStream(path, { end: 65_535 }))
    return chunk.toString('utf8').split('\n').slice(0, 100);
  return [];
}

console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GB`);
await bring('entities.ndjson', 'entities');
await bring('relationships.ndjson', 'relationships');
await bring('entities.ndjson', 'entities again');
await jobs.stop();
await db.close();
if (!process.env.KEEP) await admin.query(`drop database ${name} with (force)`);
else console.log(on(ownerUrl));
await admin.end();
await rm(home, { recursive: true, force: true });
