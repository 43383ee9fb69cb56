import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { type Postgres, startPostgres } from '../../../cli/src/embeddedPostgres.ts';
import { makeReachable } from '../../../cli/src/postgresBinaries.ts';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { sql } from '../database/sql.ts';
import { startTenant } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';

// Request, answer and the plans behind it, side by side in golden/graph: a change of plan shows in review.
// Write them again with UPDATE_GOLDEN=1.
const GOLDEN = new URL('../../../../golden/graph/', import.meta.url);
const schema = executableSchema(nouns);
const id = (number: number) => `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
const LINKS = 'links { type source target directed datasets }';

const QUESTIONS: Record<string, string> = {
  neighbourhood: `{
  neighbourhood(input: { entityIds: ["${id(700)}"] }) {
    entities { id }
    ${LINKS}
    bounded { complete reason shown total totalIsExact }
  }
}`,
  'neighbourhood-of-a-hub': `{
  neighbourhood(input: { entityIds: ["${id(1)}"], limit: 3, types: ["owns"], direction: IN }) {
    entities { id }
    ${LINKS}
    bounded { complete reason shown total totalIsExact }
  }
}`,
  paths: `{
  paths(input: { from: "${id(700)}", to: "${id(1999)}", k: 2 }) {
    paths { hops entityIds }
    ${''}bounded { complete reason shown total totalIsExact }
  }
}`,
  'common-neighbours': `{
  commonNeighbours(input: { entityIds: ["${id(151)}", "${id(201)}"] }) {
    neighbours { entity { id } ${LINKS} }
    bounded { complete reason shown total totalIsExact }
  }
}`,
};

let folder: string;
let server: Postgres;
let db: Database;
let ctx: Context;
let plans: string[] | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit-golden-'));
  await makeReachable(folder);
  server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    settings: {
      fsync: 'off',
      autovacuum: 'off',
      synchronous_commit: 'off',
      shared_buffers: '128MB',
      effective_cache_size: '1GB',
      work_mem: '32MB',
      session_preload_libraries: 'auto_explain',
      'auto_explain.log_min_duration': 0,
      'auto_explain.log_nested_statements': 'on',
      'auto_explain.log_level': 'notice',
      'auto_explain.log_parameter_max_length': 0,
    },
  });
  await migrate(server.ownerUrl, 'summit');
  db = new Database({ url: server.appUrl });
  for (const pool of [db.reads, db.writes])
    pool.on('connect', (client) => client.on('notice', ({ message }) => plans?.push(message ?? '')));
  ctx = await startTenant(db);
  await fill();
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
  await owner.query('vacuum (analyze)');
  await owner.end();
}, 120_000);

afterAll(async () => {
  await db?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** 2,000 people in a ring with chords; each owns one of 50 of them, so that those are hubs; some are judged the same. */
async function fill(): Promise<void> {
  const { tenant } = ctx.scope;
  await runCommand(ctx, { action: 'test.filled' }, async (tx) => {
    const at = (number: string) =>
      sql.raw(`(lpad(to_hex(${number}), 8, '0') || '-0000-4000-8000-000000000000')::uuid`);
    await tx.execute(sql`insert into datasets (tenant_id, id, since_change, key, title)
      values (${tenant}, ${id(0)}, ${tx.change}, 'ring', 'Ring')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, dataset_id, since_change, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}, ${at('n')}, ${id(0)}, ${tx.change}, 'Person', 'Person ' || n, '{}', 1, '', '{}', '{}' from generate_series(1, 2000) n`);
    const link = (kind: number, type: string, target: string) => sql`
      insert into relationships (tenant_id, id, dataset_id, since_change, type, source_record, target_record, props, marking, digest)
      select ${tenant}, ${at(`n + ${kind * 65536}`)}, ${id(0)}, ${tx.change}, ${type}, ${at('n')}, ${at(target)}, '{}', 1, ''
      from generate_series(1, 2000) n`;
    await tx.execute(link(1, 'knows', 'n % 2000 + 1'));
    await tx.execute(link(2, 'knows', '(n * 7) % 2000 + 1'));
    await tx.execute(link(3, 'called', '(n * 13) % 2000 + 1'));
    await tx.execute(link(4, 'owns', 'n % 50 + 1'));
    await tx.execute(sql`
      insert into cluster_members (tenant_id, id, since_change, cluster_id)
      select ${tenant}, ${at('n')}, ${tx.change}, ${at('n - n % 2')} from generate_series(1000, 1099) n`);
    await tx.execute(sql`
      insert into clusters (tenant_id, id, since_change, dataset_ids, marking, size)
      select ${tenant}, ${at('n')}, ${tx.change}, array[${id(0)}]::uuid[], 1, 2 from generate_series(1000, 1098, 2) n`);
  });
}

/** Each different statement once, with its plan, without what differs from run to run. */
function readable(messages: readonly string[]): string {
  const known = new Map<string, string>();
  for (const message of messages) {
    const found = /plan:\nQuery Text: ([\s\S]*?)\n((?:[A-Z]\w+.*\(cost)[\s\S]*)$/.exec(message);
    if (!found) continue;
    const [text, plan] = [found[1]!.replace(/\s+/g, ' ').trim(), found[2]!];
    if (!/relationships|records|cluster_members/.test(text) || known.has(text)) continue;
    known.set(
      text,
      plan
        .replaceAll(ctx.scope.tenant, 'TENANT')
        .replace(/ {2}\(cost=.*?\)/g, '')
        .replace(/'\{[0-9a-f,-]{80,}\}'/g, "'{…}'")
        .trimEnd(),
    );
  }
  return [...known].map(([text, plan]) => `${text}\n\n${plan.replace(/^/gm, '    ')}`).join('\n\n');
}

describe('graph questions have the plans and answers that were reviewed', () => {
  test.each(Object.entries(QUESTIONS))('%s', async (name, source) => {
    const ask = () => graphql({ schema, source, contextValue: requestContext(ctx) });
    await ask();
    plans = [];
    const answer = await ask();
    const told = readable(plans);
    plans = undefined;
    expect(answer.errors).toBeUndefined();
    const text = `${source}\n\n${JSON.stringify(answer.data, null, 2)}\n\n${told}\n`;
    const file = new URL(`${name}.txt`, GOLDEN);
    if (process.env.UPDATE_GOLDEN) {
      await mkdir(GOLDEN, { recursive: true });
      await writeFile(file, text);
    }
    expect(text).toBe(await readFile(file, 'utf8'));
  });
});
