import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addPerson, type Person } from './asking.ts';
import { launch, signIn, type Visit, visit } from './browser.ts';
import { cases } from './cases.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const own = cases();
let browser: Browser;
let guest: Visit;
let page: Page;
let signe: Person;
let id: string;

beforeAll(async () => {
  browser = await launch();
  guest = await visit(browser);
  page = guest.page;
  page.setDefaultTimeout(60_000);
  const { viewer } = await own.say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  signe = await addPerson(
    env,
    viewer.tenant.id,
    'Signe Dahl',
    '--role',
    'analyst',
    '--clearance',
    'TLP:AMBER',
  );
  await signIn(page, signe.name);
});
afterAll(async () => {
  await browser.close();
  expect(guest.outside, 'nothing is fetched from outside').toEqual([]);
});
beforeEach(async () => {
  id = await own.copySample('Whose it is');
  await own.invite(id, signe);
});

const become = (role: string) =>
  own.say('mutation ($input: SetMemberInput!) { setMember(input: $input) { ids } }', {
    input: { investigationId: id, userId: signe.id, role },
  });
const noteButton = () =>
  page.getByRole('complementary', { name: 'Inspector' }).getByRole('button', { name: /^Note/ });
const open = async (at: string, on = page) => {
  await on.goto(at);
  await on.getByRole('grid').waitFor();
};
/** A page that hears nothing of what others do. */
async function deaf(): Promise<void> {
  await page.route('**/graphql', (route) =>
    route.request().headers().accept?.includes('text/event-stream') ? undefined : route.continue(),
  );
}

test('whose right to write is taken sees it at once, without a reload', async () => {
  await open(`/i/${id}`);
  expect(await noteButton().isDisabled()).toBe(false);
  await become('viewer');
  await expect.poll(() => noteButton().isDisabled(), { timeout: 30_000 }).toBe(true);
  await page
    .getByText(/^You may only read here/)
    .first()
    .waitFor();
  await become('editor');
  await expect.poll(() => noteButton().isDisabled(), { timeout: 30_000 }).toBe(false);
});

test('what others did waits to be shown, until an act of one’s own shows it too', async () => {
  await open(`/i/${id}`);
  const status = page.getByRole('contentinfo');
  await status.getByText('synced').waitFor();
  await own.say('mutation ($input: WriteNoteInput!) { writeNote(input: $input) { ids } }', {
    input: { investigationId: id, text: 'Seen from the quay' },
  });
  const waiting = page.getByRole('button', { name: '1 change by Owner' });
  await waiting.waitFor();
  await status.getByText('1 change to show').waitFor();
  expect(await page.getByText('Seen from the quay', { exact: true }).count()).toBe(0);
  await page
    .getByRole('row', { name: /Larkfield Advisory/ })
    .first()
    .click();
  await page.keyboard.press('p');
  await page
    .getByRole('row', { name: /Larkfield Advisory/ })
    .first()
    .getByLabel('pinned')
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Seen from the quay', { exact: true }).first().waitFor();
  await status.getByText('synced').waitFor();
  await waiting.waitFor({ state: 'detached' });
});

test('where nothing was heard of it, a refusal or coming back to the page tells', async () => {
  await deaf();
  await open(`/i/${id}`);
  await become('viewer');
  await page.keyboard.press('n');
  const note = page.getByRole('dialog', { name: /^Note on/ });
  await note.getByRole('textbox').fill('Too late');
  await page.keyboard.press('Control+Enter');
  await page.getByText('You may not do this').first().waitFor();
  await note.getByRole('button', { name: 'Cancel' }).click();
  await note.waitFor({ state: 'detached' });
  await expect.poll(() => noteButton().isDisabled()).toBe(true);

  await become('editor');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => noteButton().isDisabled()).toBe(false);
  await page.unroute('**/graphql');
});
