import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ask, asking } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { onPage } from './cases.ts';

let browser: Browser;
let state: Awaited<ReturnType<Visit['context']['storageState']>>;
let now: Visit;
let page: Page;
/** A writable copy of the sample, made by its own button. */
let copy: string;

beforeAll(async () => {
  browser = await launch();
  const first = await visit(browser);
  await signIn(first.page);
  state = await first.context.storageState();
  await first.context.close();
  now = await visit(browser, { storageState: state });
  page = now.page;
  page.setDefaultTimeout(60_000);
  const { data } = await ask<{ investigations: { edges: { node: { id: string; readOnly: boolean } }[] } }>(
    inject('productApi'),
    inject('productToken'),
    '{ investigations { edges { node { id readOnly } } } }',
  );
  const sample = data?.investigations.edges.find(({ node }) => node.readOnly)?.node.id;
  await page.goto(`/i/${sample}`);
  await page.getByRole('button', { name: 'Copy to work on it' }).click();
  await page.getByRole('button', { name: /The Alder case \(copy\)/ }).waitFor();
  copy = new URL(page.url()).pathname;
});
afterAll(async () => {
  await browser.close();
  expect(now.outside, 'nothing is fetched from outside').toEqual([]);
  expect(now.errors, 'the page has no errors').toEqual([]);
});

const row = (name: RegExp | string) => page.getByRole('row', { name }).first();
const shown = (text: string) => page.getByText(text, { exact: true }).first().waitFor();
const chosen = () => page.locator('[role=listbox] [role=option][aria-selected=true]').allTextContents();
const saved = () => page.getByText('synced').waitFor();

async function open(path = copy): Promise<void> {
  await page.goto(path);
  await page.getByRole('grid').waitFor();
}

type Kept = { id: string; x: number | null; y: number | null; pinned: boolean };

/** Where an item is kept, as the server says. */
async function kept(caption: string): Promise<Kept> {
  const id = copy.split('/')[2];
  const { data } = await ask<{
    investigation: {
      items: { edges: { node: Omit<Kept, 'id'> & { entity: { id: string; caption: string } } }[] };
    };
  }>(
    inject('productApi'),
    inject('productToken'),
    'query ($id: ID!) { investigation(id: $id) { items(first: 500) { edges { node { x y pinned entity { id caption } } } } } }',
    { id },
  );
  const found = data?.investigation.items.edges.find(({ node }) => node.entity.caption === caption);
  if (!found) throw new Error(`${caption} is not in the investigation`);
  const { entity, ...place } = found.node;
  return { id: entity.id, ...place };
}

test('chart and table have one selection, and the address holds it', async () => {
  await open();
  await row(/Alder Timber AS/).click();
  await page.getByRole('article', { name: 'Alder Timber AS' }).waitFor();
  await row(/Skaldvik Depot/)
    .locator('label')
    .click();
  expect((await chosen()).map((text) => text.split(',')[0]).sort()).toEqual([
    'Alder Timber AS',
    'Skaldvik Depot',
  ]);
  await page.getByText('2 of 54 selected').waitFor();
  // From the chart's side: an arrow walks to a neighbour, and the table follows.
  await page.getByRole('listbox', { name: /Chart of/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('1 of 54 selected').waitFor();
  const [walked = ''] = await chosen();
  expect(await page.locator('tr[aria-selected=true]').first().textContent()).toContain(walked.split(',')[0]);

  await row(/Skaldvik Depot/).click();
  await page.waitForURL(/sel=/);
  await page.reload();
  await page.getByRole('article', { name: 'Skaldvik Depot' }).waitFor();
});

test('a dragged entity stays where it was put, also after a reload', async () => {
  await open();
  const before = await kept('H. Alder');
  const from = await onPage(page, { x: before.x ?? 0, y: before.y ?? 0 });
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x - 20, from.y + 30, { steps: 4 });
  await page.mouse.move(from.x - 40, from.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await kept('H. Alder')).y).toBeLessThan((before.y ?? 0) - 20);
  const after = await kept('H. Alder');
  const others = await kept('Skaldvik Depot');
  await page.reload();
  await page.getByRole('grid').waitFor();
  const at = await onPage(page, { x: after.x ?? 0, y: after.y ?? 0 });
  await page.mouse.click(at.x, at.y);
  await page.getByRole('article', { name: 'H. Alder' }).waitFor();
  expect(await kept('Skaldvik Depot')).toEqual(others);
});

test('hide leaves a count to show it again, and undo gives it back', async () => {
  await open();
  await row(/Larkfield Advisory/).click();
  await page.keyboard.press('h');
  await shown('53 of 54 shown');
  await page.getByRole('button', { name: '1 hidden' }).waitFor();
  await saved();
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
});

test('a filter keeps the same in every pane, and undo takes it back', async () => {
  await open();
  await page.keyboard.press('Shift+F');
  await page.getByRole('dialog', { name: 'Keep only' }).getByText('Person').click();
  await page.keyboard.press('Escape');
  await shown('13 of 54 shown');
  await page.getByText('13 of 54 rows').waitFor();
  expect(new URL(page.url()).searchParams.get('filters')).toContain('Person');
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
});

test('two judged the same become one, and undo parts them again', async () => {
  const [initial, full] = [await kept('H. Alder'), await kept('Henrik Alder')];
  await open(`${copy}?sel=${initial.id},${full.id}`);
  await shown('2 of 54 selected');
  await page.keyboard.press('m');
  // The sample holds them unsure: nothing is chosen beforehand.
  await page
    .getByRole('dialog')
    .getByRole('radio', { name: /^The same/ })
    .check({ force: true });
  await page.getByRole('dialog').getByRole('button', { name: 'Judge the same' }).click();
  await shown('53 of 53 shown');
  await saved();
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
});

test('the past is read-only in every pane, inspector included; now is one act away', async () => {
  const { id } = await kept('Alder Timber AS');
  const { updateEntity } = await asking(inject('productApi'), inject('productToken'))<{
    updateEntity: { change: { id: string } | null };
  }>('mutation ($input: UpdateEntityInput!) { updateEntity(input: $input) { change { id } } }', {
    input: {
      investigationId: copy.split('/')[2],
      id,
      add: [{ name: 'summary', values: ['Learnt afterwards'] }],
    },
  });
  expect(updateEntity.change).not.toBeNull();
  await open();
  await row(/Alder Timber AS/).click();
  const article = page.getByRole('article', { name: 'Alder Timber AS' });
  await article.getByText('Learnt afterwards').waitFor();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Read as of a moment' });
  await dialog.getByText(/copy/).last().click();
  await page.getByText('reading the past').waitFor();
  await row(/Alder Timber AS/).click();
  await page.getByText('As it was known at the moment that was chosen.').waitFor();
  await article.getByRole('tab', { name: 'Details' }).waitFor();
  await article.getByText('Learnt afterwards').waitFor({ state: 'detached' });
  expect(await page.getByRole('button', { name: 'Hide', exact: true }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Same / different' }).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Return to now' }).click();
  await page.getByText('reading the past').waitFor({ state: 'detached' });
  await row(/Alder Timber AS/).click();
  await article.getByText('Learnt afterwards').waitFor();
});

test('what cannot be done says why, to the eye and to the keyboard', async () => {
  const { data } = await ask<{ investigations: { edges: { node: { id: string; readOnly: boolean } }[] } }>(
    inject('productApi'),
    inject('productToken'),
    '{ investigations { edges { node { id readOnly } } } }',
  );
  const sample = data?.investigations.edges.find(({ node }) => node.readOnly)?.node.id;
  const locked = 'The sample is read-only; copy it to work on it';
  await open(`/i/${sample}`);
  // A button keeps its place in the order of keys, tells its reason on focus, and does nothing.
  const hide = page.getByRole('button', { name: 'Hide', exact: true });
  await page.keyboard.press('Shift+Tab');
  await hide.focus();
  await page.getByRole('tooltip').getByText(locked).waitFor();
  expect(await hide.getAttribute('aria-disabled')).toBe('true');
  expect(await hide.getAttribute('aria-description')).toBe(locked);
  await page.keyboard.press('Enter');
  await shown('54 of 54 shown');
  // A line of a menu can be reached and heard; pressed, it leaves the menu as it is.
  await page.getByRole('button', { name: /^The Alder case$/ }).focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu');
  const line = menu.getByRole('menuitem', { name: 'Name and marking', exact: true });
  await line.waitFor();
  await page.getByText(`${locked}.`, { exact: true }).first().waitFor();
  await page.keyboard.press('Home');
  expect(await line.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await line.getAttribute('aria-disabled')).toBe('true');
  expect(await line.getAttribute('aria-description')).toBe(locked);
  await page.keyboard.press('Enter');
  expect(await menu.isVisible()).toBe(true);
  expect(await violations(page).then((all) => all.filter((one) => !ofThePage.test(one)))).toEqual([]);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  // Another reason than that of the whole menu stands in its own line.
  await row(/Alder Timber AS/).click({ button: 'right' });
  await menu.getByRole('menuitem', { name: /^Find paths between\s*Select two entities first$/ }).waitFor();
  // What is still fading in is not looked at.
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
  expect(await violations(page).then((all) => all.filter((one) => !ofThePage.test(one)))).toEqual([]);
  await page.keyboard.press('Escape');
});

/** An open popover hides the page behind it from assistive technology, and the page's landmarks with it. */
const ofThePage = /^(landmark-one-main|page-has-heading-one):/;

test.each([
  ['light', { colorScheme: 'light' as const }],
  ['dark', { colorScheme: 'dark' as const }],
  ['forced colours', { forcedColors: 'active' as const }],
])('no accessibility violation in the workspace, %s', async (_name, options) => {
  const one = await visit(browser, { storageState: state, ...options });
  await one.page.goto(copy);
  await one.page
    .getByRole('row', { name: /Alder Timber AS/ })
    .first()
    .click();
  await one.page.getByRole('article', { name: 'Alder Timber AS' }).waitFor();
  await one.page.getByText('synced').waitFor();
  expect(await violations(one.page)).toEqual([]);
  await one.page.keyboard.press('e');
  await one.page.getByRole('dialog', { name: 'Expand' }).getByText(/known/).waitFor();
  expect((await violations(one.page)).filter((found) => !ofThePage.test(found))).toEqual([]);
  await one.context.close();
});
