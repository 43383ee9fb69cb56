import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../apps/cli/src/chromium.ts';
import { addPerson, asking, operate, type Person, sampleIsThere } from './asking.ts';

/**
 * Takes the pictures of the README anew, or those that are named:
 * `node e2e/withProduct.ts node e2e/pictures.ts history import`. Whoever and whatever is on them is made up.
 */
const env = process.env as NodeJS.ProcessEnv & Record<'TEST_API_URL' | 'TEST_UI_URL' | 'TEST_TOKEN', string>;
const folder = join(import.meta.dirname, '../docs/images');
type Made = { ids: string[]; change: { id: string } | null };

/** One act of a person, by the name of its mutation. */
async function act({ token }: Person, name: string, input: object): Promise<Made> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { ids change { id } } }`;
  return (await asking(env.TEST_API_URL, token)<Record<string, Made>>(document, { input }))[name]!;
}

type Stage = { jo: Person; ines: Person; tom: Person; id: string; tenant: string };

/** Three people and a case of theirs, copied from the sample. */
async function stage(): Promise<Stage> {
  const say = asking(env.TEST_API_URL, env.TEST_TOKEN);
  const { viewer } = await say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  const tenant = viewer.tenant.id;
  const [jo, ines, tom] = await Promise.all(
    [
      ['Jo Marten', 'owner'],
      ['Ines Ferrol', 'analyst'],
      ['Tom Aske', 'analyst'],
    ].map(([name, role]) => addPerson(env, tenant, name!, '--role', role!)),
  );
  await sampleIsThere(env.TEST_API_URL, jo!);
  type Found = { investigations: { edges: { node: { id: string; readOnly: boolean } }[] } };
  const { investigations } = await say<Found>(
    '{ investigations(first: 50) { edges { node { id readOnly } } } }',
  );
  const sample = investigations.edges.find(({ node }) => node.readOnly)!.node.id;
  const copied = await act(jo!, 'copyInvestigation', { id: sample, title: 'Baltic freight payments' });
  const made = { jo: jo!, ines: ines!, tom: tom!, id: copied.ids[0]!, tenant };
  for (const { id } of [made.ines, made.tom])
    await act(made.jo, 'setMember', { investigationId: made.id, userId: id, role: 'editor' });
  return made;
}

type Items = {
  investigation: { items: { edges: { node: { entity: { id: string; caption: string } | null } }[] } };
};

const itemsOf = async ({ jo, id }: Stage) =>
  (
    await asking(env.TEST_API_URL, jo.token)<Items>(
      'query ($id: ID!) { investigation(id: $id) { items(first: 200) { edges { node { entity { id caption } } } } } }',
      { id },
    )
  ).investigation.items.edges.flatMap(({ node }) => node.entity ?? []);

/** A page of Jo's, signed in as people do. */
async function open(
  browser: Browser,
  { jo, tenant }: Stage,
  more: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: env.TEST_UI_URL,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...more,
  });
  const page = await context.newPage();
  const { url } = await operate<{ url: string }>(env, 'signin-link', '--user', jo.name, '--tenant', tenant);
  await page.goto(url);
  await page.getByRole('button').first().click();
  await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  return page;
}

/** Everything is read, and nothing has the focus or the pointer. Not for a workspace: it listens as long as it is open. */
async function settle(page: Page): Promise<void> {
  await page.getByText('synced', { exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(720, 895);
}

/** An undo that meets somebody's later change. */
async function history(browser: Browser, on: Stage): Promise<Page> {
  const { jo, ines, tom, id: investigationId } = on;
  const company = (name: string, more: object[] = []) => ({
    investigationId,
    schema: 'Company',
    properties: [{ name: 'name', values: [name] }, { name: 'jurisdiction', values: ['ee'] }, ...more],
  });
  const address = (text: string) => [{ name: 'address', values: [text] }];
  const { ids } = await act(jo, 'createEntity', {
    ...company('Kalda Marine OÜ'),
    reason: 'Named in harbour licence 0231',
  });
  const [id] = ids;
  const first = await act(jo, 'updateEntity', {
    investigationId,
    id,
    add: address('Ranka dambis 3, Riga'),
    reason: 'Letterhead of March',
  });
  await act(tom, 'writeNote', {
    investigationId,
    targetId: id,
    text: 'The stamp differs from NF-2220, page 2.',
  });
  const twin = await act(ines, 'createEntity', {
    ...company('Kalda Mereveod OÜ'),
    reason: 'Port calls, autumn',
  });
  await act(ines, 'updateEntity', {
    investigationId,
    id,
    remove: address('Ranka dambis 3, Riga'),
    add: address('Meremärgi 14, Tallinn'),
    reason: 'The licence gives the harbour office',
  });
  await act(jo, 'judge', {
    investigationId,
    left: id,
    right: twin.ids[0],
    verdict: 'SAME',
    reason: 'Same registry number, 14 771 902',
  });
  const hasty = await act(tom, 'writeNote', { investigationId, text: 'Ask for the berth list.' });
  await act(tom, 'undo', { change: hasty.change!.id });

  const page = await open(browser, on);
  await page.goto(`/i/${investigationId}/history?change=${encodeURIComponent(first.change!.id)}&undo=1`);
  await page.getByText('Address now').waitFor();
  await page.getByText('Put back what stood before').click();
  await page.getByRole('heading', { name: 'What would change' }).waitFor();
  await settle(page);
  return page;
}

const register = [
  'reg_no;name;legal_form;founded;status;country;address;email;website;entered_by',
  '14882310;Norrhaven Freight OÜ;OÜ;14.03.2019;active;Estonia;Meremärgi 14, Tallinn;ops@norrhaven.example;norrhaven.example;k.saar',
  '14771902;Kalda Marine OÜ;OÜ;02.11.2018;active;Estonia;Ranna tee 2, Paldiski;;kalda.example;k.saar',
  '12650477;Merivoog Transport OÜ;OÜ;27.05.2014;active;Estonia;Sadama 11, Tallinn;info@merivoog.example;;m.lill',
  '11920385;Ostrand Bunkering AB;AB;09.09.2011;in liquidation;Sweden;Kajgatan 5, Visby;;;m.lill',
  '15003391;Liiva Terminal AS;AS;30.01.2020;active;Estonia;Liiva 40, Maardu;desk@liiva.example;liiva.example;k.saar',
];

/** A file on its way in: what each column becomes. */
async function importing(browser: Browser, on: Stage): Promise<Page> {
  const page = await open(browser, on);
  await page.goto('/import');
  await page.setInputFiles('input[type=file]', {
    name: 'company_register_2024Q3.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${register.join('\n')}\n`),
  });
  await page.waitForURL(/file=/);
  await page.getByRole('button', { name: /entered_by becomes/ }).click();
  await page.getByRole('option', { name: 'Left out' }).click();
  await page.getByText('1 left out').waitFor();
  await page.getByRole('heading', { name: 'Preview' }).waitFor();
  await settle(page);
  return page;
}

/** Chart, table and inspector with one selection of four, while two others write. */
async function workspace(browser: Browser, on: Stage, more: BrowserContextOptions = {}): Promise<Page> {
  const { ines, tom, id: investigationId } = on;
  const items = await itemsOf(on);
  const named = (caption: string) => items.find((item) => item.caption === caption)!.id;
  const chosen = ['Nordlys Planter AS', 'Alder Timber AS', 'Skaldvik Depot', 'MV Brackwater'].map(named);
  const page = await open(browser, on, more);
  await page.goto(`/i/${on.id}?sel=${chosen.join()}`);
  await page.getByText('4 selected', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Details' }).waitFor();
  await page.waitForURL(/cam=/);
  for (const [who, text] of [
    [ines, 'The harbour office confirms the berth.'],
    [tom, 'Ask for the charter party.'],
  ] as const)
    await act(who, 'writeNote', { investigationId, targetId: named('MV Brackwater'), text });
  await page.getByRole('button', { name: /^2 changes by / }).waitFor();
  // The table begins at its first row, whatever it was led to.
  await page.mouse.move(860, 500);
  await page.mouse.wheel(0, -2000);
  await page.getByRole('row', { name: /Alder Timber AS/ }).waitFor();
  await page.mouse.move(720, 895);
  return page;
}

/** A name in another script, found, with why. */
async function palette(browser: Browser, on: Stage): Promise<Page> {
  const page = await workspace(browser, on, { colorScheme: 'dark' });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search records or run a command' }).fill('олдер');
  await page
    .getByRole('dialog')
    .getByRole('option', { name: /Alder Timber AS/ })
    .waitFor();
  return page;
}

const pictures = {
  workspace: { file: 'workspace-light.png', take: workspace },
  import: { file: 'import-light.png', take: importing },
  palette: { file: 'palette-dark.png', take: palette },
  history: { file: 'history-light.png', take: history },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(pictures, name));
if (unknown.length > 0)
  throw new Error(`no such picture: ${unknown.join(', ')}; there are ${Object.keys(pictures).join(', ')}`);

const executablePath = await findChromium();
if (!executablePath) throw new Error('No Chromium was found. Debian: apt-get install chromium');
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  const on = await stage();
  for (const [name, { file, take }] of Object.entries(pictures)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const page = await take(browser, on);
    await page.screenshot({ path: join(folder, file) });
    await page.context().close();
    console.log(`docs/images/${file}: ${Math.round((await stat(join(folder, file))).size / 1000)} kB`);
  }
} finally {
  await browser.close();
}
