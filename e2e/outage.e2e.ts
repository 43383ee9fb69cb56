import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addPerson, asking, type Person } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { type Product, startProduct } from './product.ts';
import { until } from './until.ts';

// Its own product: nobody else's tests stand on a server that goes away.
let product: Product;
let browser: Browser;
let now: Visit;
let mira: Person;
let id: string;
let supervisor: number;

type Service = { service: string; pid: number | null };
const pidOf = (name: string): number =>
  (
    JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as { services: Service[] }
  ).services.find(({ service }) => service === name)!.pid!;

/** Kills a process of the product; the supervisor is held, so that it does not come back before we let it. */
function kill(name: string): void {
  process.kill(supervisor, 'SIGSTOP');
  process.kill(pidOf(name), 'SIGKILL');
}
const letItComeBack = () => process.kill(supervisor, 'SIGCONT');

beforeAll(async () => {
  product = await startProduct();
  supervisor = Number(readFileSync(join(product.home, 'run/lock'), 'utf8'));
  const say = asking(product.api, await product.token());
  const { viewer } = await say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  mira = await addPerson(product.env, viewer.tenant.id, 'Mira Holt', '--role', 'owner');
  type Made = { createInvestigation: { ids: string[] } };
  const { createInvestigation } = await say<Made>(
    'mutation { createInvestigation(input: { title: "In the dark" }) { ids } }',
  );
  id = createInvestigation.ids[0]!;
  browser = await launch();
  now = await visit(browser, { baseURL: product.ui });
  now.page.setDefaultTimeout(60_000);
  await signIn(now.page, undefined, product.env);
});
afterEach(async () => {
  letItComeBack();
  await now.context.setOffline(false);
  const isReady = () =>
    fetch(`${product.ui}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the product is ready', 60_000, isReady);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const status = (page: Page) => page.getByRole('contentinfo').getByRole('status');
const says = (page: Page, words: string | RegExp) => status(page).getByText(words).waitFor();
const gone = /^server cannot be reached since \d\d:\d\d, trying again$/;

test('a page that nobody touches says that the server is gone, and since when; it comes back by itself', async () => {
  const { page } = now;
  await page.goto('/history');
  await page
    .getByRole('button', { name: /In the dark/ })
    .first()
    .waitFor();
  await says(page, 'synced');
  kill('gateway');
  await says(page, gone);
  expect(await page.getByText('synced').count()).toBe(0);
  await page.getByRole('contentinfo').getByRole('button', { name: 'Try now' }).waitFor();
  expect(await violations(page)).toEqual([]);
  // What is on screen stays, and what is asked meanwhile says why it does not come.
  await page
    .getByRole('button', { name: /In the dark/ })
    .first()
    .click();
  const change = page.getByRole('complementary', { name: 'The change looked at' });
  await change.getByRole('alert').getByText('The server did not answer').waitFor();
  letItComeBack();
  await says(page, 'synced');
  await change.getByRole('heading', { name: 'What changed' }).waitFor();
});

test('behind a door that answers, a server that is gone is said too; a page that was not read comes by itself', async () => {
  const { page } = now;
  await page.goto(`/i/${id}`);
  await says(page, 'synced');
  kill('server');
  await says(page, gone);
  await page.goto('/');
  await page.getByRole('alert').getByText('The server did not answer').waitFor();
  expect(await violations(page)).toEqual([]);
  letItComeBack();
  await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  await says(page, 'synced');
});

test('of a database that is gone the page says that, not the server; an act says that nobody knows whether it was done', async () => {
  const { page } = now;
  await page.goto('/');
  await says(page, 'synced');
  kill('postgres');
  await says(page, /^database does not answer since \d\d:\d\d, trying again$/);
  await page.getByRole('button', { name: 'New investigation' }).first().click();
  await page.getByLabel('Name').fill('Begun in the dark');
  await page.getByRole('button', { name: 'Begin investigation' }).click();
  await page.getByText(/Whether this was done is not known/).waitFor();
  letItComeBack();
  await says(page, 'synced');
});

test('what others did while the network was away waits to be shown once it is back', async () => {
  const { page, context } = now;
  // Of this case: what the page before still asked for, as the database came back, is not it.
  const known = page.waitForResponse((answer) => {
    const asked = answer.request().postData() ?? '';
    return asked.includes('query Changes(') && asked.includes(id);
  });
  await page.goto(`/i/${id}`);
  await known;
  await says(page, 'synced');
  await context.setOffline(true);
  await says(page, gone);
  const say = asking(product.api, mira.token);
  await say('mutation ($input: UpdateInvestigationInput!) { updateInvestigation(input: $input) { ids } }', {
    input: { id, description: 'Who paid?' },
  });
  await context.setOffline(false);
  await page.getByRole('button', { name: '1 change by Mira Holt' }).waitFor();
  await says(page, '1 change to show');
});
