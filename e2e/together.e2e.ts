import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addPerson, type Person } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const own = cases();
let browser: Browser;
let lead: Visit;
let guest: Visit;
let mira: Person;
let id: string;

beforeAll(async () => {
  browser = await launch();
  [lead, guest] = [await visit(browser), await visit(browser)];
  for (const { page } of [lead, guest]) page.setDefaultTimeout(60_000);
  await signIn(lead.page);
  const { viewer } = await own.say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  mira = await addPerson(env, viewer.tenant.id, 'Mira Holt', '--role', 'analyst', '--clearance', 'TLP:AMBER');
  await signIn(guest.page, mira.name);
  id = await own.copySample('Work together');
});
afterAll(async () => {
  await browser.close();
  for (const { outside, errors } of [lead, guest]) {
    expect(outside, 'nothing is fetched from outside').toEqual([]);
    expect(errors, 'no page has errors').toEqual([]);
  }
});

const open = async (page: Page) => {
  await page.goto(`/i/${id}`);
  await page.getByRole('grid').waitFor();
};
const row = (page: Page, name: RegExp) => page.getByRole('grid').getByRole('row', { name }).first();

test('a person who is not in a case is told so, joins it, and writes', async () => {
  const inspector = guest.page.getByRole('complementary', { name: 'Inspector' });
  await open(guest.page);
  await inspector.getByText(/You are not in this investigation; ask .* to add you/).waitFor();
  expect(await inspector.getByRole('button', { name: /^Note/ }).isDisabled()).toBe(true);
  await guest.page.keyboard.press('n');
  await guest.page.getByText(/^Write a note: you are not in this investigation/).waitFor();

  await open(lead.page);
  await lead.page.getByRole('button', { name: /^People:/ }).click();
  const people = lead.page.getByRole('dialog', { name: 'People' });
  // The role of the only lead cannot be changed: the control keeps its place in the order of the keyboard and says why.
  const onlyLead = people.getByRole('button', { name: /Role of/ });
  expect(await onlyLead.getAttribute('aria-description')).toMatch(/^The only lead stays/);
  await onlyLead.focus();
  await lead.page
    .getByRole('tooltip')
    .getByText(/make somebody else a lead first/)
    .waitFor();
  await lead.page.keyboard.press('Enter');
  expect(await lead.page.getByRole('listbox', { name: /Role of/ }).count()).toBe(0);
  await people.getByRole('textbox', { name: 'Add a person' }).fill('mira');
  await people.getByRole('button', { name: 'Add Mira Holt as editor' }).click();
  await people.getByRole('button', { name: 'Remove Mira Holt' }).waitFor();
  expect(await violations(lead.page)).toEqual([]);

  await open(guest.page);
  await inspector.getByRole('button', { name: /^Note/ }).click();
  const note = guest.page.getByRole('dialog', { name: /^Note on/ });
  await note.getByRole('textbox').fill('The two of us saw it.');
  await guest.page.keyboard.press('Control+Enter');
  await note.waitFor({ state: 'detached' });
  await expect.poll(async () => (await own.read(id)).notes).toContain('The two of us saw it.');

  await people.getByRole('button', { name: 'Remove Mira Holt' }).click();
  await people.getByRole('button', { name: 'Add Mira Holt as editor' }).waitFor();
});

test('a case keeps a lead, and says so', async () => {
  await open(lead.page);
  await lead.page.getByRole('button', { name: /^People:/ }).click();
  const people = lead.page.getByRole('dialog', { name: 'People' });
  const remove = people.getByRole('button', { name: /^Remove / }).first();
  expect(await remove.getAttribute('aria-description')).toMatch(/^The only lead stays/);
  await remove.click({ force: true });
  await people
    .getByRole('button', { name: /^Remove / })
    .first()
    .waitFor();
  expect(await people.getByRole('alert').count()).toBe(0);
});

test('paths between two entities are found by keyboard, with what the answer covers, and joined to the chart', async () => {
  const { page } = lead;
  await open(page);
  await row(page, /Alder Timber AS/).click();
  await row(page, /Nordlys Planter AS/).click({ modifiers: ['ControlOrMeta'] });
  await page.keyboard.press('Shift+P');
  const paths = page.getByRole('region', { name: 'Paths' });
  await paths
    .getByRole('status')
    .getByText(/shortest paths within 4 hops; there may be more/)
    .waitFor();
  const [first] = await paths.getByRole('listitem').allTextContents();
  expect(first).toMatch(/^2 hops.*Alder Timber AS.*Nordlys Planter AS/);
  expect(await violations(page)).toEqual([]);

  await page.keyboard.press('Shift+C');
  const common = page.getByRole('region', { name: 'Common neighbours' });
  await common.getByText('Edda Norling', { exact: true }).waitFor();
  // What lies between is put back on the chart from here.
  await common.getByRole('button', { name: 'Close common neighbours' }).click();
  await row(page, /Edda Norling/).click();
  await page.keyboard.press('Delete');
  await row(page, /Edda Norling/).waitFor({ state: 'detached' });
  await row(page, /Alder Timber AS/).click();
  await row(page, /Nordlys Planter AS/).click({ modifiers: ['ControlOrMeta'] });
  await page.keyboard.press('Shift+P');
  await paths.getByRole('button', { name: 'Add to chart' }).first().click();
  await row(page, /Edda Norling/).waitFor();
  await expect
    .poll(async () => (await own.read(id)).items.map((item) => item.caption))
    .toContain('Edda Norling');
});

test('Esc closes what was looked for from anywhere within it, and gives the focus back', async () => {
  const { page } = lead;
  await open(page);
  await row(page, /Alder Timber AS/).click();
  await row(page, /Nordlys Planter AS/).click({ modifiers: ['ControlOrMeta'] });
  const chart = page.getByRole('listbox', { name: /Chart of/ });
  const hasFocus = (it: Element) => it.contains(document.activeElement);
  for (const [key, title] of [
    ['Shift+P', 'Paths'],
    ['Shift+C', 'Common neighbours'],
  ] as const) {
    const panel = page.getByRole('region', { name: title });
    await chart.focus();
    await page.keyboard.press(key);
    await panel.getByRole('listitem').first().waitFor();
    await expect.poll(() => panel.evaluate(hasFocus)).toBe(true);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('region', { name: 'Chart' }).evaluate(hasFocus)).toBe(true);
    await page.getByText('2 selected', { exact: true }).waitFor();
  }
  // A list that is open in it goes first, by itself.
  await page.keyboard.press('Shift+P');
  const panel = page.getByRole('region', { name: 'Paths' });
  await panel.getByRole('button', { name: /At most/ }).click();
  await page.getByRole('listbox', { name: /At most/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox', { name: /At most/ }).waitFor({ state: 'detached' });
  await expect.poll(() => panel.evaluate(hasFocus)).toBe(true);
  // What opened it by way of a menu is what the menu was opened from.
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'More of the chart' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: /^Find paths between/ }).click();
  await panel.getByRole('listitem').first().waitFor();
  await panel.getByRole('button', { name: 'Close paths' }).click();
  await panel.waitFor({ state: 'detached' });
  await expect
    .poll(() => page.getByRole('button', { name: 'More of the chart' }).evaluate(hasFocus))
    .toBe(true);
});

test('entities are added by keyboard alone, from the dialog and from the palette', async () => {
  const { page } = lead;
  id = await own.begin('By keyboard');
  await page.goto(`/i/${id}`);
  await page.getByRole('button', { name: /^Add an entity/ }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('combobox', { name: 'Search all datasets' }).fill('Larkfield');
  await page
    .getByRole('option', { name: /Larkfield Advisory/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await own.read(id)).items, { timeout: 20_000 }).toHaveLength(1);
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Skaldvik Depot');
  await page
    .getByRole('option', { name: /Skaldvik Depot/ })
    .first()
    .waitFor();
  await page.getByText('add to this case').first().waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await own.read(id)).items, { timeout: 20_000 }).toHaveLength(2);
  expect(page.url()).toContain(`/i/${id}`);
});

test('the check of a file says that it counts what its reader may see', async () => {
  const { page } = guest;
  await page.goto('/import');
  await page.setInputFiles('input[type=file]', {
    name: 'quays.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id,name\nq1,North Quay\nq2,South Quay\n'),
  });
  await page.waitForURL(/file=/);
  await page.getByRole('button', { name: 'Check all rows' }).click();
  await page.getByText(/^Counted by what you may see \(TLP:\w+\)/).waitFor();
});
