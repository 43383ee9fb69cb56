import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { asking, startImport } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';

const [api, token] = [inject('productApi'), inject('productToken')];
let browser: Browser;
let now: Visit;

beforeAll(async () => {
  browser = await launch();
  now = await visit(browser);
  await signIn(now.page);
});
afterAll(async () => {
  const { outside, errors } = now;
  await browser.close();
  expect(outside, 'nothing is fetched from outside').toEqual([]);
  expect(errors, 'the page has no errors').toEqual([]);
});

const fact = (id: string, schema: string, properties: object): string =>
  JSON.stringify({ id, schema, properties });

async function imported(name: string, lines: readonly string[], dataset: string): Promise<void> {
  const id = await startImport(api, token, { name, body: lines.join('\n') }, { dataset, format: 'ftm' });
  const query = 'query ($id: ID!) { import(id: $id) { state } }';
  const ask = asking(api, token);
  await vi.waitFor(
    async () => expect((await ask<{ import: { state: string } }>(query, { id })).import.state).toBe('DONE'),
    { timeout: 100_000, interval: 200 },
  );
}

async function sent(name: string, lines: readonly string[]): Promise<void> {
  const { page } = now;
  await page.goto('/import');
  const buffer = Buffer.from(lines.join('\n'));
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer });
  await page.waitForURL(/file=/);
  await page.getByLabel('Dataset key').waitFor();
}

test('the form says what a file does to a dataset that is there already', async () => {
  const { page } = now;
  await imported(
    'ferry.ndjson',
    [fact('f1', 'Person', { name: ['Runa Skerry'] }), fact('f2', 'Person', { name: ['Ivo Strand'] })],
    'ferrymen',
  );
  await sent('ferrywomen.csv', ['no;name', '1;Mira Quist']);
  expect(await page.getByText('Adds to').count()).toBe(0);
  const key = page.getByLabel('Dataset key');
  await key.fill('ferrymen');
  await page.getByText('Adds to ferrymen, which has 2 records.').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: /Rows that the file lacks/ }).click();
  await page.getByRole('option', { name: 'Are removed' }).click();
  const warning = page.getByRole('region', { name: 'Replaces ferrymen' });
  await warning.getByText('It has 2 records.').waitFor();
  expect(await violations(page)).toEqual([]);
  await key.fill('ferrymen-of-nobody');
  await warning.waitFor({ state: 'detached' });
});

test('the check says how many ends of links would not be found', async () => {
  const { page } = now;
  await sent('shares.ndjson', [
    fact('a', 'Person', { name: ['Aud Skerry'] }),
    fact('o', 'Ownership', { owner: ['a'], asset: ['nowhere'] }),
  ]);
  await page.getByRole('button', { name: 'Check all rows' }).click();
  await page.getByText('1 end of links would not be found in this dataset').waitFor();
});
