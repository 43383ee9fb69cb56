import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { readLogins } from '../apps/cli/src/postgresLogins.ts';
import { type Product, startProduct } from '../e2e/product.ts';
import { copyLoad, DATASET } from './copyLoad.ts';
import { workerPeakMegabytes } from './footprint.ts';
import { generate, type Size } from './generated.ts';
import { bring } from './importing.ts';
import { mergeTwins } from './mergeTwins.ts';
import { untilSettled } from './settle.ts';

export interface Loaded {
  product: Product;
  token: string;
  ownerUrl: string;
  appUrl: string;
  tenant: string;
  user: string;
  /** The generated files. */
  folder: string;
}

/** A whole Summit that holds the generated data, kept below `parent` from one run to the next. */
export async function loadedProduct(parent: string, size: Size, load: 'import' | 'copy'): Promise<Loaded> {
  await mkdir(parent, { recursive: true });
  const folder = await generate(parent, size);
  const home = join(parent, `home-${size.entities}-${size.relationships}`);
  const product = await startProduct({
    SUMMIT_HOME: home,
    IMPORT_MAX_BYTES: String(2 ** 40),
    BLOB_QUOTA_BYTES: String(2 ** 40),
  });
  const logins = (await readLogins(join(home, 'postgres')))!;
  const at = (login: string, password: string) =>
    `postgres://${login}:${password}@127.0.0.1:${product.env.POSTGRES_PORT}/summit`;
  const [ownerUrl, appUrl] = [at('summit_owner', logins.owner), at('summit', logins.app)];
  const loaded = { product, ownerUrl, appUrl, folder, ...(await firstOwner(ownerUrl)) };
  const mark = join(home, 'generated-is-loaded');
  if (!existsSync(mark)) {
    const said = await (load === 'copy' ? byCopy(loaded) : byImport(loaded));
    await mergeTwins(ownerUrl, { ...loaded, datasetKey: DATASET });
    await writeFile(mark, said);
  }
  console.log(
    `data: ${size.entities} records, ${size.relationships} relationships, twins merged; ${await readFile(mark, 'utf8')}`,
  );
  await untilSettled(ownerUrl);
  return { ...loaded, token: await product.token('bench') };
}

type Loading = Omit<Loaded, 'token'>;

async function byCopy({ ownerUrl, folder, tenant, user }: Loading): Promise<string> {
  const { seconds } = await copyLoad(ownerUrl, folder, { tenant, user });
  return `loaded by COPY in ${Math.round(seconds)} s`;
}

/** As a person brings files in: upload, mapping by guess, the product's own worker. */
async function byImport(loading: Loading): Promise<string> {
  const rates: string[] = [];
  for (const name of ['entities', 'relationships']) {
    const { rows, seconds } = await bring(loading, name, join(loading.folder, `${name}.ndjson`), DATASET);
    rates.push(`${name} ${Math.round(rows / seconds)} rows/s in ${Math.round(seconds)} s`);
  }
  const peak = await workerPeakMegabytes(loading.product.home);
  return `imported: ${rates.join(', ')}; the worker had at most ${peak} MB resident`;
}

async function firstOwner(ownerUrl: string): Promise<{ tenant: string; user: string }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  // One transaction sees one tenant: who may see all of them is only the owner of the table, without force.
  const { rows } = await client.query<{ tenant_id: string; actor_id: string }>(
    `select tenant_id, actor_id from summit.changes order by id limit 1`,
  );
  const tenant = rows[0]!.tenant_id;
  await client.query(`set summit.tenant = '${tenant}'`);
  const users = await client.query<{ id: string }>(
    `select id from summit.users where 'owner' = any(roles) limit 1`,
  );
  await client.end();
  return { tenant, user: users.rows[0]!.id };
}

/**
 * Asks the gateway over one kept connection, as a program does. By node:http: fetch takes a millisecond more of the processor
 * for each question, which is the client's own. Rejects when GraphQL answers with errors.
 */
export function asking({ product, token }: Pick<Loaded, 'product' | 'token'>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (body: string): Promise<string> =>
    new Promise((done, failed) => {
      const sent = request(
        `${product.api}/graphql`,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (response) => void text(response).then(done, failed),
      );
      sent.on('error', failed).end(body);
    });
  return async <T = Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<T> => {
    const answer = await post(JSON.stringify({ query, variables }));
    const { data, errors } = JSON.parse(answer) as { data?: T; errors?: unknown };
    if (errors || !data) throw new Error(errors ? JSON.stringify(errors) : answer);
    return data;
  };
}
