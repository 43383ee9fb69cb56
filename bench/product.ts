import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readLogins } from '../apps/cli/src/postgresLogins.ts';
import { type Product, startProduct } from '../e2e/product.ts';
import { copyLoad } from './copyLoad.ts';
import { generate, type Size } from './generated.ts';

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
export async function loadedProduct(parent: string, size: Size): Promise<Loaded> {
  await mkdir(parent, { recursive: true });
  const folder = await generate(parent, size);
  const home = join(parent, `home-${size.entities}-${size.relationships}`);
  const product = await startProduct({ SUMMIT_HOME: home });
  const logins = (await readLogins(join(home, 'postgres')))!;
  const at = (login: string, password: string) =>
    `postgres://${login}:${password}@127.0.0.1:${product.env.POSTGRES_PORT}/summit`;
  const [ownerUrl, appUrl] = [at('summit_owner', logins.owner), at('summit', logins.app)];
  const { tenant, user } = await firstOwner(ownerUrl);
  const mark = join(home, 'generated-is-loaded');
  if (!existsSync(mark)) {
    const { seconds } = await copyLoad(ownerUrl, folder, { tenant, user, judge: true });
    await writeFile(mark, `${seconds} s\n`);
  }
  console.log(
    `data: ${size.entities} records, ${size.relationships} relationships, twins merged; loaded by COPY in ${(await readFile(mark, 'utf8')).trim()}`,
  );
  return { product, token: await product.token('bench'), ownerUrl, appUrl, tenant, user, folder };
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

/** Asks the gateway over one kept connection, as a program does. Rejects when GraphQL answers with errors. */
export function asking({ product, token }: Pick<Loaded, 'product' | 'token'>) {
  return async <T = Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<T> => {
    const response = await fetch(`${product.api}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
    if (errors || !data) throw new Error(JSON.stringify(errors ?? response.status));
    return data;
  };
}
