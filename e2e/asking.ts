import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { homeOf } from '../apps/cli/src/home.ts';
import { operator } from '../apps/cli/src/operator.ts';
import { readConfig } from '../packages/process/src/config.ts';

export interface Answer<Data> {
  status: number;
  retryAfter: string | null;
  data: Data | null;
  errors: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

interface Sending {
  key?: string;
  signal?: AbortSignal;
}

/** Sends one GraphQL request to a door with a bearer token. Rejects only when the connection breaks or is cut. */
export async function ask<Data = Record<string, unknown>>(
  api: string,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
  { key, signal }: Sending = {},
): Promise<Answer<Data>> {
  const response = await fetch(`${api}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const body = JSON.parse(text) as {
    data?: Data | null;
    errors?: Answer<Data>['errors'];
    error?: { message: string; code: string };
  };
  // What the gateway refuses itself is no GraphQL answer.
  const errors = body.error
    ? [{ message: body.error.message, extensions: { ...body.error } }]
    : (body.errors ?? []);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    data: body.data ?? null,
    errors,
  };
}

/** Like `ask`, for one person; resolves to the data and rejects when there are errors. */
export function asking(api: string, token: string) {
  return async <Data = Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown> = {},
    sending: Sending = {},
  ): Promise<Data> => {
    const { data, errors, status } = await ask<Data>(api, token, query, variables, sending);
    if (errors.length > 0 || !data) throw new Error(`${status} ${JSON.stringify(errors)} to ${query}`);
    return data;
  };
}

/** Starts an import by upload; resolves to its id. */
export async function startImport(
  api: string,
  token: string,
  file: { name: string; body: string | Uint8Array<ArrayBuffer> },
  fields: Record<string, string>,
): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file.body]), basename(file.name));
  const response = await fetch(`${api}/api/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`the import was refused: ${response.status} ${text}`);
  return (JSON.parse(text) as { import: string }).import;
}

export interface Person {
  id: string;
  name: string;
  tenant: string;
  token: string;
}

/** Waits until the sample that comes with a tenant's first owner is whole: its case is its last change. */
export async function sampleIsThere(api: string, { token }: Person): Promise<void> {
  const query = '{ investigations(first: 50) { edges { node { title } } } }';
  for (const deadline = Date.now() + 100_000; ; await delay(100)) {
    const { investigations } = await asking(
      api,
      token,
    )<{
      investigations: { edges: { node: { title: string } }[] };
    }>(query);
    if (investigations.edges.some(({ node }) => node.title === 'The Alder case')) return;
    if (Date.now() > deadline) throw new Error('the sample does not come');
  }
}

/** Runs one of the operator's commands on a product's database. */
export function operate<Result>(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Result> {
  const config = readConfig(env);
  return operator<Result>({ environment: env, config, home: homeOf(config.SUMMIT_HOME) }, words);
}

export const foundTenant = async (env: NodeJS.ProcessEnv, name: string): Promise<string> =>
  (await operate<{ tenant: { id: string } }>(env, 'tenant-add', name)).tenant.id;

/** A person of a tenant (its id or name), with a token to ask as them. */
export async function addPerson(
  env: NodeJS.ProcessEnv,
  tenant: string,
  name: string,
  ...words: string[]
): Promise<Person> {
  const { user } = await operate<{ user: Omit<Person, 'token'> }>(
    env,
    ...['user-add', name, '--tenant', tenant, ...words],
  );
  const { token } = await operate<{ token: string }>(
    env,
    ...['token-create', '--name', name, '--user', user.id, '--tenant', tenant],
  );
  return { id: user.id, name, tenant: user.tenant, token };
}
