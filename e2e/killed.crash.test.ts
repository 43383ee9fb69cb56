import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, startProduct } from './product.ts';

/** Kills without warning, one by one and all at once, while an import runs and while people edit. */
let product: Product;
let token: string;
let folder: string;
beforeAll(async () => {
  product = await startProduct();
  token = await product.token();
  folder = await mkdtemp(join(tmpdir(), 'summit-killed-'));
});
afterAll(async () => {
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

const rounds = [
  ['worker'],
  ['server'],
  ['postgres'],
  ['gateway'],
  ['worker', 'server', 'postgres', 'gateway'],
];

function kill(names: string[]): void {
  const { services } = JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as {
    services: { service: string; pid: number | null }[];
  };
  for (const { service, pid } of services) {
    if (!pid || !names.includes(service)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had just died of what was killed before it.
    }
  }
}

class Unanswered extends Error {}

/** One request, repeated under one key until it is answered: what a client does that wants to know the outcome. */
async function ask<T>(query: string, variables: object = {}): Promise<T> {
  const key = randomUUID();
  for (const deadline = Date.now() + 90_000; ; await delay(200)) {
    try {
      return await once<T>(query, variables, key);
    } catch (error) {
      if (!(error instanceof Unanswered) || Date.now() > deadline) throw error;
    }
  }
}

async function once<T>(query: string, variables: object, key: string): Promise<T> {
  const response = await fetch(`${product.api}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ query, variables }),
  }).catch((error: Error) => {
    throw new Unanswered(error.message);
  });
  const body = (await response.json().catch((error: Error) => {
    throw new Unanswered(error.message);
  })) as { data?: T; error?: { code: string }; errors?: { message: string; extensions: { code: string } }[] };
  const code = body.error?.code ?? body.errors?.[0]?.extensions.code;
  if (code && /UNAVAILABLE|CONFLICT|TIMEOUT/.test(code)) throw new Unanswered(code);
  if (code || !body.data) throw new Error(JSON.stringify(body));
  return body.data;
}

const contentOf = async (): Promise<{ content: string; records: number; relationships: number }> =>
  JSON.parse(await product.summit('digest', '--dataset', 'killed', '--json'));

test('an import that is killed again and again ends as if nothing had happened', async () => {
  const file = join(folder, 'people.ndjson');
  const lines: string[] = [];
  for (let index = 0; index < 20_000; index++) {
    lines.push(
      JSON.stringify({ id: `p${index}`, schema: 'Person', properties: { name: [`Person ${index}`] } }),
    );
    if (index % 2 === 1) {
      const ends = { owner: [`p${index}`], asset: [`p${index - 1}`] };
      lines.push(JSON.stringify({ id: `o${index}`, schema: 'Ownership', properties: ends }));
    }
  }
  await writeFile(file, `${lines.join('\n')}\n`);
  const options = ['import', file, '--dataset', 'killed', '--format', 'ftm', '--json'];

  const undisturbed = JSON.parse(await product.summit(...options)) as { import: string };
  const expected = await contentOf();
  expect(expected).toMatchObject({ records: 20_000, relationships: 10_000 });
  await product.summit('undo', '--import', undisturbed.import);
  // The dataset was made by the import, so it is gone with it.
  await expect(contentOf()).rejects.toThrow('There is no such thing here');

  const running = product.summit(...options);
  type Active = { imports: { edges: { node: { id: string; progress: { rows: number } } }[] } };
  const active = async () =>
    (await ask<Active>('{ imports(active: true) { edges { node { id progress { rows } } } } }')).imports
      .edges[0]?.node;
  let killed = 0;
  let seen = -1;
  for (
    const deadline = Date.now() + 120_000;
    killed < rounds.length && Date.now() < deadline;
    await delay(50)
  ) {
    const node = await active();
    if (!node && seen >= 0) break;
    // Each kill comes after progress since the last, so that every one of them meets work.
    if (!node || node.progress.rows <= seen) continue;
    seen = node.progress.rows;
    kill(rounds[killed++]!);
  }
  expect(killed).toBeGreaterThanOrEqual(2);
  const result = JSON.parse(await running) as {
    records: { created: number };
    relationships: { created: number };
  };
  expect(result).toMatchObject({ records: { created: 20_000 }, relationships: { created: 10_000 } });
  expect(await contentOf()).toEqual({ ...expected, position: expect.any(String) });
});

test('edits that are killed on the way happen exactly once', async () => {
  type Made = { ids: string[] };
  const { createInvestigation } = await ask<{ createInvestigation: Made }>(
    'mutation New($input: CreateInvestigationInput!) { createInvestigation(input: $input) { ids } }',
    { input: { title: 'Under fire' } },
  );
  const investigationId = createInvestigation.ids[0]!;
  const killing = (async () => {
    for (const names of rounds) {
      await delay(1_500);
      kill(names);
    }
  })();
  let over = false;
  void killing.then(() => {
    over = true;
  });
  const made: { id: string; name: string }[] = [];
  for (let index = 0; !over || index < 20; index++) {
    const name = `Edited ${index}`;
    const { createEntity } = await ask<{ createEntity: Made }>(
      'mutation Add($input: CreateEntityInput!) { createEntity(input: $input) { ids } }',
      { input: { investigationId, schema: 'Person', properties: [{ name: 'name', values: [name] }] } },
    );
    made.push({ id: createEntity.ids[0]!, name });
  }
  await killing;

  const { investigation } = await ask<{ investigation: { notebook: { counts: { records: number } } } }>(
    'query Notebook($id: ID!) { investigation(id: $id) { notebook { counts { records } } } }',
    { id: investigationId },
  );
  expect(investigation.notebook.counts.records).toBe(made.length);
  for (const { id, name } of made) {
    const { entity } = await ask<{ entity: { caption: string } | null }>(
      'query Read($id: ID!) { entity(id: $id) { caption } }',
      { id },
    );
    expect(entity?.caption).toBe(name);
  }
});
