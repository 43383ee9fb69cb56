import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../apps/cli/src/chromium.ts';
import { bring } from './importing.ts';
import { quantile, random } from './measure.ts';
import { asking, type Loaded } from './product.ts';

const [WIDE, HIGH, LINKS] = [200, 100, 50_000];
const COUNT = WIDE * HIGH;
const PAN_MS = 6_000;

/**
 * A case of 20,000 entities and 50,000 links, moved by hand in a real browser that draws in software: the worst machine.
 * Says how far apart its frames are, and what its longest task is, while the hand moves and after it rests.
 */
export async function chartFigures(loaded: Loaded): Promise<void> {
  const investigation = await largeCase(loaded);
  const executablePath = await findChromium();
  if (!executablePath) throw new Error('No Chromium was found. Debian: apt-get install chromium');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  });
  try {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      baseURL: loaded.product.ui,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const said = await loaded.product.summit('signin-link');
    await page.goto(/https?:\/\/\S+\/auth\/link\/\S+/.exec(said)![0]);
    await page.getByRole('button').first().click();
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    const began = performance.now();
    await page.goto(`/i/${investigation}?panes=chart`);
    await page.getByText('20,000 of 20,000 shown').waitFor();
    await page.waitForURL(/cam=/);
    console.log(`\nChart of 20,000 entities and ${LINKS} links, WebGL in software`);
    console.log(`open until it stands: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await page.waitForTimeout(4_000);
    await page.keyboard.press('b');
    print('panned as a whole', await pan(page));
    await page.getByRole('listbox', { name: /Chart of/ }).focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press('+');
    await page.waitForTimeout(4_000);
    print('panned close by', await pan(page));
  } finally {
    await browser.close();
  }
}

interface Panned {
  frames: number[];
  tasks: number[];
  restMs: number;
}

function print(what: string, { frames, tasks, restMs }: Panned): void {
  const longest = (values: number[]) => Math.max(0, ...values).toFixed(0);
  console.log(
    `${what.padEnd(20)} frame p50 ${quantile(frames, 0.5).toFixed(1)} p95 ${quantile(frames, 0.95).toFixed(1)} longest ${longest(frames)} ms; ` +
      `${tasks.length} tasks above 50 ms, longest ${longest(tasks)} ms; drawn anew ${restMs.toFixed(0)} ms after the hand rests`,
  );
}

/** Drags to and fro for some seconds and watches the frames of the page itself. */
async function pan(page: Page): Promise<Panned> {
  const box = (await page.getByRole('listbox', { name: /Chart of/ }).boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.evaluate(() => {
    const seen = { frames: [] as number[], tasks: [] as number[], on: true };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) if (seen.on) seen.tasks.push(duration);
    }).observe({ type: 'longtask' });
    let last = performance.now();
    const frame = (now: number) => {
      if (seen.on) seen.frames.push(now - last);
      last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  const began = performance.now();
  for (let turn = 0; performance.now() - began < PAN_MS; turn++) {
    const angle = turn / 20;
    await page.mouse.move(x + 160 * Math.sin(angle), y + 120 * (1 - Math.cos(angle)));
    await page.waitForTimeout(14);
  }
  const moved = await page.evaluate(() => {
    const { seen } = window as unknown as { seen: { frames: number[]; tasks: number[]; on: boolean } };
    seen.on = false;
    return { frames: seen.frames.slice(1), tasks: seen.tasks };
  });
  const rested = performance.now();
  await page.mouse.up();
  await page.waitForFunction(
    () => document.querySelector<HTMLElement>('canvas.sigma-nodes')?.style.transform === '',
  );
  return { ...moved, restMs: performance.now() - rested };
}

async function largeCase(loaded: Loaded): Promise<string> {
  const ask = asking(loaded);
  const folder = await mkdtemp(join(tmpdir(), 'summit-chart-'));
  const dataset = `chart-${Date.now().toString(36)}`;
  try {
    const file = join(folder, 'chart.ftm.ndjson');
    await writeFile(file, lines().join('\n'));
    await bring(loaded, 'chart', file, dataset);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const exported = await fetch(`${loaded.product.api}/api/exports?format=json&dataset=${dataset}`, {
    headers: { authorization: `Bearer ${loaded.token}` },
  });
  const { records } = (await exported.json()) as { records: { id: string; caption: string }[] };
  const { createInvestigation } = await ask<{ createInvestigation: { ids: string[] } }>(
    'mutation ($input: CreateInvestigationInput!) { createInvestigation(input: $input) { ids } }',
    { input: { title: 'Large chart' } },
  );
  const investigationId = createInvestigation.ids[0]!;
  const items = records.map(({ id: entityId, caption }) => {
    const i = Number(caption.split(' ')[1]);
    return { entityId, x: ((i % WIDE) - WIDE / 2) * 40, y: (Math.floor(i / WIDE) - HIGH / 2) * 40 };
  });
  for (let start = 0; start < items.length; start += 1000)
    await ask('mutation ($input: AddItemsInput!) { addItems(input: $input) { ids } }', {
      input: { investigationId, items: items.slice(start, start + 1000) },
    });
  return investigationId;
}

/** A grid whose entities are linked with some near by. */
function lines(): string[] {
  const next = random(7);
  const entities = Array.from({ length: COUNT }, (_, i) => ({
    id: `buoy-${i}`,
    schema: 'Company',
    properties: { name: [`Buoy ${i}`] },
  }));
  const links = Array.from({ length: LINKS }, (_, i) => {
    const from = Math.floor(next() * COUNT);
    const to = (from + 1 + Math.floor(next() * 3) + WIDE * Math.floor(next() * 4)) % COUNT;
    return {
      id: `line-${i}`,
      schema: 'UnknownLink',
      properties: { subject: [`buoy-${from}`], object: [`buoy-${to}`], role: ['moored to'] },
    };
  });
  return [...entities, ...links].map((line) => JSON.stringify(line));
}
