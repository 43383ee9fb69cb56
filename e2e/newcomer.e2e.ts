import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const own = cases();
let browser: Browser;
let now: Visit;
let page: Page;
let id: string;

beforeAll(async () => {
  browser = await launch();
  now = await visit(browser);
  page = now.page;
  page.setDefaultTimeout(30_000);
  await signIn(page);
  id = await own.copySample('First look');
});
afterAll(async () => {
  await browser.close();
  expect(now.outside, 'nothing is fetched from outside').toEqual([]);
  expect(now.errors, 'no page has errors').toEqual([]);
});

const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
const isOff = (name: string | RegExp) =>
  page.getByRole('button', { name }).first().getAttribute('aria-disabled');

test('an earlier judgement is shown with its reason, and is overturned only by a choice and a reason', async () => {
  const namesakes = (await own.read(id)).items.filter(({ caption }) => caption === 'Tobias Alder');
  expect(namesakes).toHaveLength(2);
  await page.goto(`/i/${id}?sel=${namesakes.map((one) => one.id).join()}`);
  await page.getByText('2 selected', { exact: true }).waitFor();
  await page.keyboard.press('m');
  const judge = dialog('Same or different');
  await judge
    .getByRole('region', { name: 'Judged before' })
    .getByText(/different.*by .*namesake/)
    .waitFor();
  await judge.getByText('This holds for everybody, in every investigation.').waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await judge.getByRole('radio', { checked: true }).count()).toBe(0);
  expect(await isOff('Judge')).toBe('true');
  await judge
    .getByText(/^The same/)
    .first()
    .click();
  await judge.getByRole('button', { name: 'Judge the same' }).waitFor();
  expect(await isOff('Judge the same')).toBe('true');
  await judge.getByLabel(/^Reason/).fill('One passport was found');
  expect(await isOff('Judge the same')).toBeNull();
  await judge.getByRole('button', { name: 'Judge the same' }).click();
  await page.getByText('53 of 53 shown', { exact: true }).waitFor();
});

test('looking at a source and judging tick their steps on the first page', async () => {
  await page
    .getByRole('article')
    .getByRole('button', { name: /company register/ })
    .first()
    .click();
  await page.getByRole('button', { name: /^All \d+ records?$/ }).waitFor();
  // Kept a moment after it is shown: who leaves at once, as a test does, would be quicker.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('summit.tried'))).toContain('source');
  await page.goto('/');
  const steps = page.getByRole('region', { name: 'Five things to try' }).getByRole('listitem');
  for (const name of ['Check who says so', 'Judge two records the same'])
    await steps.filter({ hasText: name }).getByLabel('done').waitFor();
  // The judgement goes again, as the sample is shared with it.
  await page.keyboard.press('Control+z');
  await steps.filter({ hasText: 'Undo it' }).getByLabel('done').waitFor();
});

test('home says who may read what is one’s own, and the menu who is signed in', async () => {
  await page.goto('/');
  await page
    .getByRole('row', { name: /First look/ })
    .getByText('you; others may read')
    .waitFor();
  await page.getByRole('button', { name: 'New investigation' }).first().click();
  await dialog('New investigation')
    .getByText(/cleared for TLP:GREEN can read it/)
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByText(/^Signed in as /).waitFor();
  await page.keyboard.press('Escape');
});

test('what was done and taken back at once is not told on the first page', async () => {
  const passing = await own.begin('Here and gone');
  const { changes } = await own.say<{ changes: { edges: { node: { id: string } }[] } }>(
    'query ($of: ID) { changes(investigationId: $of, first: 1) { edges { node { id } } } }',
    { of: passing },
  );
  const told = page.getByRole('region', { name: 'What changed' });
  await page.goto('/');
  await told.getByText(/Here and gone/).waitFor();
  await own.say('mutation ($input: UndoInput!) { undo(input: $input) { change { id } } }', {
    input: { change: changes.edges[0]!.node.id },
  });
  await page.goto('/');
  await told.getByRole('listitem').first().waitFor();
  expect(await told.getByText(/Here and gone/).count()).toBe(0);
});

test('an address that leads nowhere keeps the frame and its ways on', async () => {
  for (const address of ['/no/such/page', '/i/no-such-id', '/i/00000000-0000-7000-8000-00000000ffff']) {
    await page.goto(address);
    await page.getByText('There is no page at this address').waitFor();
    await page
      .getByRole('navigation', { name: 'Summit' })
      .getByRole('link', { name: 'Home', exact: true })
      .waitFor();
    await page.getByRole('link', { name: 'Go home' }).waitFor();
  }
  await page.goto('/datasets');
  await page.waitForURL(/\/d$/);
});

test('an export says how many relationships a table leaves out, and offers what keeps them', async () => {
  await page.goto(`/i/${id}`);
  await page.getByRole('grid').waitFor();
  await page.getByRole('button', { name: 'First look' }).click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const asked = dialog('Export');
  // At first what carries everything is chosen, later what was taken last.
  expect(await asked.getByRole('radio', { name: /^JSON/ }).isChecked()).toBe(true);
  await asked.getByText(/^CSV/).click();
  await asked.getByText(/^This table leaves out \d+ relationships$/).waitFor();
  expect(await violations(page)).toEqual([]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    asked.getByRole('link', { name: 'Download a table of them too' }).click(),
  ]);
  expect(await readFile(await file.path(), 'utf8')).toMatch(/^id,dataset,type,source,/);
  await asked.getByRole('button', { name: /^Choose JSON/ }).click();
  await asked.getByText(/^This table leaves out/).waitFor({ state: 'detached' });
  await asked.getByText(/^FollowTheMoney/).click();
  await Promise.all([page.waitForEvent('download'), asked.getByRole('button', { name: 'Download' }).click()]);
  await page.getByRole('button', { name: 'First look' }).click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  expect(await asked.getByRole('radio', { name: /^FollowTheMoney/ }).isChecked()).toBe(true);
  await page.keyboard.press('Escape');
});

test('the sample says beforehand why nobody is added to it', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: 'The Alder case', exact: true }).click();
  const act = page.getByRole('button', { name: 'Add or change' });
  await act.waitFor();
  expect(await act.getAttribute('aria-description')).toMatch(/^The sample is everybody’s to read/);
});

test('a layout that is taken back leaves the view as it was', async () => {
  await page.goto(`/i/${id}`);
  await page.getByRole('grid').waitFor();
  await page.waitForURL(/cam=/);
  const view = () => new URL(page.url()).searchParams.get('cam');
  const before = view();
  await page.getByRole('button', { name: /layout$/ }).click();
  await page.getByRole('menuitem', { name: 'Circle layout' }).click();
  await expect.poll(view, { timeout: 20_000 }).not.toBe(before);
  await page.getByText('synced', { exact: true }).waitFor();
  await page.keyboard.press('Control+z');
  await expect.poll(view, { timeout: 20_000 }).toBe(before);
});
