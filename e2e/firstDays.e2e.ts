import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startImport } from './asking.ts';
import { launch, signIn, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const own = cases();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  ({ page } = await visit(browser));
  page.setDefaultTimeout(60_000);
  await signIn(page);
});
afterAll(() => browser.close());

const option = (place: number) =>
  page.getByRole('listbox', { name: 'Results' }).getByRole('option').nth(place);

test('what is called as was typed stands first in the palette, and Enter opens it', async () => {
  await own.copySample('Larkfield, beside');
  const id = await own.begin('Larkfield');
  const find = async (typed: string) => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search records or run a command' }).fill(typed);
    await page
      .getByRole('option', { name: /Larkfield Advisory LLP|Alder|company register/ })
      .first()
      .waitFor();
  };
  await find('larkfield');
  await expect.poll(() => option(0).textContent()).toMatch(/^Larkfield(?!,)/);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/i/${id}`));

  await find('sample: company reg');
  await expect.poll(() => option(0).textContent()).toMatch(/^Sample: company register/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/d\//);
  // An entity's own name, written out, is the entity's.
  await find('larkfield advisory llp');
  await expect.poll(() => option(0).textContent()).toMatch(/^Larkfield Advisory LLP/);
  await page.keyboard.press('Escape');
});

test('members of a case whose import was taken back say so', async () => {
  const api = inject('productApi');
  const file = { name: 'quays.csv', body: 'id,name\nq1,Tern Quay\nq2,Wren Quay\n' };
  const job = await startImport(api, inject('productToken'), file, { dataset: 'quays', format: 'csv' });
  const stateOf = async () =>
    (
      await own.say<{ import: { state: string } }>('query ($id: ID!) { import(id: $id) { state } }', {
        id: job,
      })
    ).import.state;
  await expect.poll(stateOf, { timeout: 60_000 }).toBe('DONE');
  const records = await own.recordsOf('quays');
  const id = await own.begin('Quays that went');
  await own.say('mutation ($input: AddItemsInput!) { addItems(input: $input) { ids } }', {
    input: { investigationId: id, items: records.map((one) => ({ entityId: one.id })) },
  });
  await own.say('mutation ($input: ImportActInput!) { undoImport(input: $input) { import { id } } }', {
    input: { id: job },
  });
  await expect.poll(stateOf, { timeout: 60_000 }).toBe('UNDONE');
  await page.goto(`/i/${id}`);
  const rows = page.getByRole('grid').getByRole('row', { name: /Taken back with its import/ });
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByText('No longer in any dataset', { exact: true }).waitFor();
  expect(await page.getByText(/Not in any dataset you see/).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
});

test('a damaged gzip says what whoever sent it here can do, and leads on', async () => {
  const broken = gzipSync(Buffer.from('id,name\n'.repeat(2_000)));
  broken.fill(0xff, 12, 40);
  await page.goto('/import');
  await page.setInputFiles('input[type=file]', {
    name: 'people.csv.gz',
    mimeType: 'application/gzip',
    buffer: broken,
  });
  await page.getByText(/the gzip data is damaged or cut short/).waitFor();
  await page.getByText(/fetch it again from where it came \(unpacked, if it was packed\)/).waitFor();
  const main = (await page.getByRole('main').textContent()) ?? '';
  expect(main).not.toMatch(/--|bin\/|Try again/);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await page.getByRole('button', { name: 'Choose a file' }).waitFor();
});
