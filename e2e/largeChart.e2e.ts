import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { startImport } from './asking.ts';
import { launch, signIn, type Visit, visit } from './browser.ts';
import { cases, chartOf } from './cases.ts';

const own = cases();
const side = 56;
let browser: Browser;
let now: Visit;
let page: Page;
let id: string;

/** A square of entities in a grid, more of them than are drawn while the view moves, each linked to the next. */
beforeAll(async () => {
  browser = await launch();
  now = await visit(browser);
  page = now.page;
  page.setDefaultTimeout(60_000);
  await signIn(page);
  const names = Array.from({ length: side * side }, (_, i) => `Buoy ${i}`);
  const lines = names.map((name, i) =>
    JSON.stringify({ id: `buoy-${i}`, schema: 'Company', properties: { name: [name] } }),
  );
  const job = await startImport(
    inject('productApi'),
    inject('productToken'),
    { name: 'buoys.ftm.ndjson', body: lines.join('\n') },
    { dataset: 'large-chart', format: 'ftm' },
  );
  const state = async () =>
    (
      await own.say<{ import: { state: string } }>('query ($id: ID!) { import(id: $id) { state } }', {
        id: job,
      })
    ).import.state;
  await vi.waitUntil(async () => (await state()) === 'DONE', { timeout: 120_000, interval: 200 });
  const records = await own.recordsOf('large-chart');
  id = await own.begin('Buoys');
  const items = records.map(({ id: entityId, caption }) => {
    const i = Number(caption.split(' ')[1]);
    return { entityId, x: ((i % side) - side / 2) * 40, y: (Math.floor(i / side) - side / 2) * 40 };
  });
  for (let start = 0; start < items.length; start += 1000)
    await own.say('mutation ($input: AddItemsInput!) { addItems(input: $input) { ids } }', {
      input: { investigationId: id, items: items.slice(start, start + 1000) },
    });
});
afterAll(async () => {
  await browser.close();
  expect(now.errors, 'the page has no errors').toEqual([]);
});

const layer = () => page.locator('canvas.sigma-nodes');
const shift = () => layer().evaluate((it) => (it as HTMLCanvasElement).style.transform);

test('a large chart is moved as it stands and drawn anew where it comes to rest', async () => {
  await page.goto(`/i/${id}?panes=chart`);
  await page.getByText('3,136 of 3,136 shown').waitFor();
  await page.waitForURL(/cam=/);
  const box = await chartOf(page).boundingBox();
  if (!box) throw new Error('no chart');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const before = new URL(page.url()).searchParams.get('cam');
  await page.keyboard.press('b');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 90, y + 60, { steps: 12 });
  // By just so many pixels as the hand moved.
  await expect.poll(shift).toMatch(/^translate\(90(\.\d+)?px, 60(\.\d+)?px\)/);
  await page.mouse.up();
  await expect.poll(shift, { timeout: 30_000 }).toBe('');
  await expect.poll(() => new URL(page.url()).searchParams.get('cam'), { timeout: 30_000 }).not.toBe(before);
});

test('a selection that no address would hold leaves as a file that holds it all', async () => {
  await page.goto(`/i/${id}?panes=table`);
  await page.getByText('3,136 of 3,136 shown').waitFor();
  await page.keyboard.press('Shift+A');
  await page.getByText('3,136 of 3,136 selected').waitFor();
  await page.getByRole('button', { name: /^Buoys/ }).click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByText('The selection, 3,136 entities').waitFor();
  await dialog.getByText(/^FollowTheMoney/).click();
  await dialog.getByText(/3,136 records?, /).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.ftm\.ndjson$|\.ndjson$|\.ijson$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
  expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(3_136);
});
