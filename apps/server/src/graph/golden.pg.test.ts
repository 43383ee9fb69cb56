import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { type Postgres, startPostgres } from '../../../cli/src/embeddedPostgres.ts';
import { makeReachable } from '../../../cli/src/postgresBinaries.ts';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { startTenant } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { fillGolden, GOLDEN, QUESTIONS } from './golden.testing.ts';

// Request, answer and the plans behind it, side by side in golden/graph: a change of plan shows in review.
// Write them again with UPDATE_GOLDEN=1.
const schema = executableSchema(nouns);
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
  await fillGolden(ctx);
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
