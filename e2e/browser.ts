import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterEach, inject } from 'vitest';
import { findChromium } from '../apps/cli/src/chromium.ts';
import { runSummit } from './product.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type Visit = {
  page: Page;
  context: BrowserContext;
  /** Addresses outside of Summit that the page asked for; each was refused. */
  outside: string[];
  /** Errors that the page threw or wrote to its console. */
  errors: string[];
};

const open = new Set<Visit>();

/** Of a test that failed: what its pages show, since nobody stands before them. */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const { page, errors } of open) {
    const shown = await page
      .locator('body')
      .ariaSnapshot({ timeout: 2_000 })
      .catch(() => '(closed)');
    console.log(`${task.name}: ${page.url()} shows\n${shown.slice(0, 4_000)}\nerrors: ${errors.join('; ')}`);
  }
});

/** The machine's own Chromium, without anything that calls home, with WebGL in software. */
export async function launch(): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error('No Chromium was found. Debian: apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  });
}

/** A fresh profile, watched for requests to anywhere else and for errors. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    baseURL: options.baseURL ?? inject('productUi'),
    ...options,
  });
  const [outside, errors]: [string[], string[]] = [[], []];
  const own = new URL(options.baseURL ?? inject('productUi')).origin;
  await context.route(
    (url) => url.origin !== own && !['data:', 'blob:'].includes(url.protocol),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const made = { page, context, outside, errors };
  open.add(made);
  page.on('close', () => open.delete(made));
  return made;
}

/** Signs in as a newcomer does: with a link that works once. Without a name the first owner; into the shared Summit unless told. */
export async function signIn(page: Page, user?: string, own?: NodeJS.ProcessEnv): Promise<void> {
  const env = own ?? (JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv);
  const said = await runSummit(env, ['signin-link', ...(user ? ['--user', user] : [])]);
  const link = /https?:\/\/\S+\/auth\/link\/\S+/.exec(said)?.[0];
  if (!link) throw new Error(`no link in: ${said}`);
  await page.goto(link);
  await page.getByRole('button').first().click();
  await page.getByRole('heading', { name: 'Investigations' }).waitFor();
}

/** Violations of the accessibility rules, in words; empty when there are none. */
export async function violations(page: Page): Promise<string[]> {
  // Injected by the debugger, so that the page's own content security policy stays in force.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: {
        run(
          root: Document,
          options: object,
        ): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
      };
    };
    const found = await checker.run(document, { resultTypes: ['violations'] });
    return found.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map((node) => node.target.join(' '))
          .join(', ')}`,
    );
  });
}
