import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Neo4j, startNeo4j } from '../servers/neo4j.ts';
import { addPerson, asking } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { type Product, startProduct } from './product.ts';
import { until } from './until.ts';

let neo4j: Neo4j;
let product: Product;
let browser: Browser;
let owner: Visit;
let analyst: Visit;
let say: ReturnType<typeof asking>;
let id: string;

beforeAll(async () => {
  neo4j = await startNeo4j();
  product = await startProduct(neo4j.variables());
  say = asking(product.api, await product.token());
  const { viewer } = await say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  const lee = await addPerson(product.env, viewer.tenant.id, 'Lee Moran', '--role', 'analyst');
  type Made = { createInvestigation: { ids: string[] } };
  const { createInvestigation } = await say<Made>(
    'mutation ($input: CreateInvestigationInput!) { createInvestigation(input: $input) { ids } }',
    { input: { title: 'Late answers' } },
  );
  id = createInvestigation.ids[0]!;
  browser = await launch();
  [owner, analyst] = [
    await visit(browser, { baseURL: product.ui }),
    await visit(browser, { baseURL: product.ui }),
  ];
  for (const { page } of [owner, analyst]) page.setDefaultTimeout(60_000);
  await signIn(owner.page, undefined, product.env);
  await signIn(analyst.page, lee.name, product.env);
  for (const { page } of [owner, analyst]) await page.goto(`/i/${id}`);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await neo4j?.close();
});

const notice = (page: Page): Locator => page.getByRole('status', { name: 'Graph store' });
const gone = (page: Page) =>
  until('nothing is said', 60_000, async () => (await notice(page).textContent()) === '');
const edit = (name: string) =>
  say('mutation ($input: CreateEntityInput!) { createEntity(input: $input) { ids } }', {
    input: { investigationId: id, schema: 'Person', properties: [{ name: 'name', values: [name] }] },
  });
const seenByAnalyst = (words: string) => notice(analyst.page).getByText(words).waitFor();

test('a copy that keeps up is not spoken of', async () => {
  await until('the copy follows', 60_000, async () => {
    const { projections } = await say<{ projections: { state: string }[] }>('{ projections { state } }');
    return projections[0]!.state === 'following';
  });
  await gone(owner.page);
  await gone(analyst.page);
});

test('smoke looks for its fact in Postgres and in Neo4j', async () => {
  const said = await product.summit('smoke');
  expect(said).toContain('✅ It went into Postgres and its copy in Neo4j, and out of both');
  const { stores } = JSON.parse((await product.summit('smoke', '--json')).split('\n').at(-1)!) as {
    stores: object;
  };
  expect(stores).toEqual({ postgres: true, neo4j: true });
});

test('of a paused copy the workspace says how many changes it is behind, and for how long', async () => {
  expect(await product.summit('projection', 'pause', 'neo4j')).toContain('neo4j: paused');
  await edit('Ada Quill');
  await edit('Ben Quill');
  const line = notice(owner.page).getByText(/^The graph store is 2 changes, \d+ s, behind\. It is paused\./);
  await line.waitFor();
  await seenByAnalyst('2 changes');
  expect(await violations(owner.page)).toEqual([]);
  expect(await product.summit('projection', 'resume', 'neo4j')).not.toContain('paused');
  await gone(owner.page);
});

test('of one that is down it says what still works, and stops saying so when it is back', async () => {
  await neo4j.kill();
  await notice(owner.page).getByText('The graph store does not answer.').waitFor();
  await seenByAnalyst('The graph store does not answer.');
  await notice(owner.page).getByText('everything else works').waitFor();
  // What is promised holds.
  await owner.page.keyboard.press('Control+k');
  await owner.page.keyboard.type('ada quil');
  await owner.page.getByRole('option', { name: /Ada Quill/ }).waitFor();
  await owner.page.keyboard.press('Escape');
  await edit('Cy Quill');
  await neo4j.start();
  await gone(owner.page);
  await gone(analyst.page);
});

test('of a store that stands still the command line tells its state, and ends', async () => {
  neo4j.freeze();
  try {
    const said = await product.summit('projection', 'status', 'neo4j');
    expect(said).toMatch(/the store does not answer: (TIMEOUT|UNREACHABLE)/);
    await expect(product.summit('projection', 'verify', 'neo4j')).rejects.toThrow(
      'The graph store does not answer.',
    );
  } finally {
    neo4j.thaw();
  }
  await gone(owner.page);
});
