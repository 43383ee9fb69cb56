import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addPerson, type Person } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { cases, chartOf, onPage } from './cases.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const own = cases();
const larkfield = 'Larkfield Advisory LLP';
let browser: Browser;
let now: Visit;
let page: Page;
/** A second person of the same tenant, signed in elsewhere. */
let ines: Person;
let elsewhere: Visit;
/** A writable copy of the sample, fresh for each test. */
let id: string;
let copies = 0;

beforeAll(async () => {
  browser = await launch();
  now = await visit(browser);
  page = now.page;
  page.setDefaultTimeout(60_000);
  await signIn(page);
  const { viewer } = await own.say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  ines = await addPerson(env, viewer.tenant.id, 'Ines Ferrol', '--role', 'analyst');
  elsewhere = await visit(browser);
  await signIn(elsewhere.page, ines.name);
});
afterAll(async () => {
  await browser.close();
  for (const { outside, errors } of [now, elsewhere]) {
    expect(outside, 'nothing is fetched from outside').toEqual([]);
    expect(errors, 'no page has errors').toEqual([]);
  }
});
beforeEach(async () => {
  copies += 1;
  id = await own.copySample(`Casework ${copies}`);
});

const row = (name: RegExp | string, at = page) => at.getByRole('row', { name }).first();
const shown = (text: string | RegExp) => page.getByText(text, { exact: true }).first().waitFor();
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
const chosen = async () =>
  (await page.locator('[role=listbox] [role=option][aria-selected=true]').allTextContents())
    // Name, type, links and marks are read out as one line.
    .map((text) => text.replace(/, [^,]+, \d+ links?.*$/, ''))
    .sort();

async function open(of = id, at = page): Promise<void> {
  await at.goto(`/i/${of}`);
  await at.getByRole('grid').waitFor();
}

/** Presses a key until the focus is on or within something. */
async function reach(target: Locator, key: string): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
    if (await target.evaluate((it) => it.contains(document.activeElement))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead there`);
}

/** Asks the server until it says so. */
const polled = <Answer>(ask: () => Promise<Answer>) => expect.poll(ask, { timeout: 30_000 });

/** Chooses one of a closed list. */
async function pick(list: string, choice: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: list }).click();
  await page.getByRole('option', { name: choice, exact: true }).click();
}

test('a case begins with one name from search; expanding counts by type first, then brings so many', async () => {
  const empty = await own.begin('Begun from a name');
  await page.goto(`/i/${empty}`);
  await page.getByRole('button', { name: 'Add an entity' }).first().click();
  await page.getByLabel('Search all datasets').fill('alder timber');
  await dialog('Add to the investigation')
    .getByRole('option', { name: /Alder Timber AS/ })
    .click();
  await dialog('Add to the investigation').getByLabel('in the investigation').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await shown('1 of 1 shown');
  expect((await own.read(empty)).items.map(({ caption }) => caption)).toEqual(['Alder Timber AS']);

  await page.keyboard.press('e');
  const expand = dialog('Expand');
  await expand.getByText(/^\d+ relationships known$/).waitFor();
  const groups = await expand.getByRole('checkbox').count();
  expect(groups).toBeGreaterThan(2);
  // What each type would bring is said before anything is brought.
  expect((await own.read(empty)).items).toHaveLength(1);
  await expand.getByRole('radio', { name: '10', exact: true }).click();
  await expand.getByRole('button', { name: /^Add/ }).click();
  await expand.waitFor({ state: 'detached' });
  await polled(async () => (await own.read(empty)).items.length).toBeGreaterThan(5);
  const { items } = await own.read(empty);
  expect(items.length).toBeLessThanOrEqual(11);
  await shown(`${items.length} of ${items.length} shown`);
  await row(/Alder Timber AS/).waitFor();
  expect(items.every((item) => item.x !== null && item.y !== null)).toBe(true);
});

test('by keyboard alone a note is written on what the arrows walked to, and read where it stands', async () => {
  await open();
  await reach(page.locator('[data-region=Chart]'), 'F6');
  await reach(chartOf(page), 'Tab');
  await page.keyboard.press('ArrowRight');
  await polled(chosen).toHaveLength(1);
  const [about = ''] = await chosen();
  await page.keyboard.press('n');
  await dialog(`Note on ${about}`).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type('Seen twice in the ledger.');
  await page.keyboard.press('Control+Enter');
  await dialog(/^Note on/).waitFor({ state: 'detached' });
  // The focus comes back to where the key was pressed.
  await polled(() => chartOf(page).evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: about }).waitFor();
  await reach(page.getByRole('tab', { selected: true }), 'Tab');
  for (const next of ['Provenance', 'Notes']) {
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: next, selected: true }).waitFor();
  }
  await page.getByRole('tabpanel', { name: /Notes/ }).getByText('Seen twice in the ledger.').waitFor();
  expect((await own.read(id)).notes).toContain('Seen twice in the ledger.');
});

test('what the chart names can be read, also by whom motion disturbs', async () => {
  await open();
  await page.waitForURL(/cam=/);
  /** Brightness of the darkest point of the names, 0 to 255, on a ground of 252. */
  const darkest = () =>
    page.locator('canvas.sigma-over').evaluate((it) => {
      const { width, height } = it as HTMLCanvasElement;
      const { data } = (it as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      let least = 255;
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3]! > 200) least = Math.min(least, (data[i]! + data[i + 1]! + data[i + 2]!) / 3);
      return least;
    });
  await polled(darkest).toBeLessThan(180);
});

test('a lasso takes what it goes around, in every pane', async () => {
  await open();
  const alder = await own.item(id, 'Alder Timber AS');
  const at = await onPage(page, alder);
  await page.keyboard.press('q');
  await page.mouse.move(at.x - 30, at.y - 30);
  await page.mouse.down();
  for (const [dx, dy] of [
    [30, -30],
    [30, 30],
    [-30, 30],
    [-30, -26],
  ] as const)
    await page.mouse.move(at.x + dx, at.y + dy, { steps: 4 });
  await page.mouse.up();
  await polled(chosen).toContain('Alder Timber AS');
  const [left, top, right, bottom] = [at.x - 30, at.y - 30, at.x + 30, at.y + 30];
  const { items } = await own.read(id);
  const inside: string[] = [];
  for (const item of items) {
    const { x, y } = await onPage(page, item);
    if (x > left && x < right && y > top && y < bottom) inside.push(item.caption);
  }
  expect(await chosen()).toEqual(inside.sort());
  await page.getByText(`${inside.length} of 54 selected`).waitFor();
});

test('a pin holds an entity, says so in both panes, and can be undone', async () => {
  await open();
  await row(/Larkfield Advisory/).click();
  await page.keyboard.press('p');
  await row(/Larkfield Advisory.*/)
    .getByLabel('pinned')
    .waitFor();
  await page.getByRole('option', { name: /^Larkfield Advisory.*pinned/ }).waitFor({ state: 'attached' });
  await polled(async () => (await own.item(id, larkfield)).pinned).toBe(true);
  await page.keyboard.press('Control+z');
  await polled(async () => (await own.item(id, larkfield)).pinned).toBe(false);
  await row(/Larkfield Advisory/)
    .getByLabel('pinned')
    .waitFor({ state: 'detached' });
});

test('a link and a fact by hand stand beside what sources say, with the notebook as their source', async () => {
  const before = await own.read(id);
  const [from, to] = [await own.item(id, larkfield), await own.item(id, 'Skaldvik Depot')];
  await page.goto(`/i/${id}?sel=${from.id},${to.id}`);
  await shown('2 of 54 selected');
  await page.keyboard.press('l');
  await pick('Kind of relationship', 'Ownership');
  await page.getByLabel('True from').fill('2019-03');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save link' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText(new RegExp(` in ${before.links.length + 1} lines$`)).waitFor();
  expect((await own.read(id)).links).toContainEqual({ source: from.id, target: to.id, type: 'Ownership' });

  await row(/Larkfield Advisory/).click();
  await page.keyboard.press('Shift+N');
  await dialog(`Add a fact to ${larkfield}`).waitFor();
  await pick('Property', 'Country');
  await page.getByRole('textbox', { name: 'Value' }).fill('no');
  await page.getByLabel('Reason').fill('The letterhead');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save fact' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const article = page.getByRole('article', { name: larkfield });
  await article.getByText('Norway', { exact: true }).first().waitFor();
  await article
    .getByRole('button', { name: /^Source: .*(Casework|otebook)/ })
    .first()
    .waitFor();
});

test('what somebody else changes waits as a count until one asks to see it', async () => {
  await own.invite(id, ines);
  await open();
  await row(/Larkfield Advisory/).waitFor();
  await page.getByText('synced').waitFor();
  await open(id, elsewhere.page);
  await row(/Larkfield Advisory/, elsewhere.page).click();
  await elsewhere.page.keyboard.press('Delete');
  await elsewhere.page.getByText('53 of 53 shown', { exact: true }).waitFor();

  const pill = page.getByRole('button', { name: '1 change' });
  await pill.waitFor();
  // Nothing moved by itself.
  await shown('54 of 54 shown');
  await pill.click();
  const told = dialog('Changes by others');
  await told.getByText(/Ines Ferrol/).waitFor();
  await told.getByText(/Larkfield Advisory/).waitFor();
  await told.getByRole('button', { name: 'Show them' }).click();
  await shown('53 of 53 shown');
  await pill.waitFor({ state: 'detached' });
});

test('a new entity is made by hand, taken out of the case, and comes back with undo', async () => {
  await open();
  await page.getByRole('button', { name: 'More of the table' }).click();
  await page.getByRole('menuitem', { name: 'New entity' }).click();
  await pick('Type', 'Company');
  await page.getByRole('textbox', { name: 'Name' }).fill('Norrhaven Freight Works');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create entity' }).click();
  await row(/Norrhaven Freight Works/).waitFor();
  await shown('55 of 55 shown');
  await polled(chosen).toEqual(['Norrhaven Freight Works']);
  await page.keyboard.press('Delete');
  await shown('54 of 54 shown');
  await row(/Norrhaven Freight Works/).waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await row(/Norrhaven Freight Works/).waitFor();
});

test('the case, or what is selected, leaves as a file that holds it all', async () => {
  await open();
  await page.keyboard.press('Shift+A');
  await shown('54 of 54 selected');
  await row(/Larkfield Advisory/).click();
  const save = async (what: string, format: string) => {
    await page.getByRole('button', { name: /^Casework/ }).click();
    await page.getByRole('menuitem', { name: 'Export' }).click();
    await dialog('Export').getByText(what).click();
    await dialog('Export')
      .getByText(new RegExp(`^${format}`))
      .click();
    await dialog('Export')
      .getByText(/records?, /)
      .waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
  };
  const all = await save('The whole investigation', 'CSV');
  const { items } = await own.read(id);
  expect(all.name).toMatch(/\.csv$/);
  for (const { caption } of items) expect(all.text).toContain(caption);
  const one = await save('The selection, 1 entity', 'FollowTheMoney');
  const lines = one.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; schema: string; properties: Record<string, string[]> });
  expect(lines.some(({ properties }) => properties.name?.includes(larkfield))).toBe(true);
  expect(one.text).not.toContain('Skaldvik Depot');
});

test('an undo is redone by its key, whatever the act was', async () => {
  await open();
  await row(/Larkfield Advisory/).click();
  await page.keyboard.press('h');
  await shown('53 of 54 shown');
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
  await page.keyboard.press('Control+Shift+Z');
  await shown('53 of 54 shown');
  await polled(async () => (await own.item(id, larkfield)).hidden).toBe(true);
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
  // A filter is an act of the view: the same keys take it back and give it again.
  await page.keyboard.press('Shift+F');
  await dialog('Keep only').getByText('Person').click();
  await page.keyboard.press('Escape');
  await shown('13 of 54 shown');
  await page.keyboard.press('Control+z');
  await shown('54 of 54 shown');
  await page.keyboard.press('Control+Shift+Z');
  await shown('13 of 54 shown');
});

/** The owner asks a question of the case; somebody else overwrites it; the owner presses undo. */
async function undoInConflict(): Promise<string | null> {
  const { description } = await own.about(id);
  await own.invite(id, ines);
  await open();
  await page.getByRole('button', { name: `Casework ${copies}` }).click();
  await page.getByRole('menuitem', { name: 'Name and marking' }).click();
  await page.getByLabel('Question').fill('Who paid?');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await cases(ines.token).say(
    'mutation ($input: UpdateInvestigationInput!) { updateInvestigation(input: $input) { ids } }',
    { input: { id, description: 'Who paid, and when?' } },
  );
  await page.keyboard.press('Control+z');
  await page.getByText(/Ines Ferrol changed .* later/).waitFor();
  await page.getByRole('button', { name: 'See both' }).click();
  await page.getByRole('heading', { name: 'Ines Ferrol changed this later' }).waitFor();
  await page.getByText('Who paid, and when?').first().waitFor();
  return description;
}

test('an undo that meets somebody’s later change names it, and may put back what stood before', async () => {
  const before = await undoInConflict();
  // With theirs kept nothing is left to undo: that is said, and neither offered nor chosen.
  await page.getByText(/Every row that this act wrote was changed since: with Ines’s change kept/).waitFor();
  expect(await page.getByRole('radio').count()).toBe(2);
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Undo, / }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByText('Put back what stood before').click();
  await page.getByRole('heading', { name: 'What would change' }).waitFor();
  await page.getByRole('button', { name: 'Undo, overwrite Ines’s change' }).click();
  await page.getByRole('heading', { name: /^Undid: / }).waitFor();
  expect((await own.about(id)).description).toBe(before);
});

test('or takes the later change back too, as an undo of its own', async () => {
  const before = await undoInConflict();
  await page.getByText('Undo Ines’s change too').click();
  await page.getByRole('heading', { name: 'What would change' }).waitFor();
  await page.getByRole('button', { name: 'Undo, and undo Ines’s change' }).click();
  await page.getByRole('heading', { name: /^Undid: / }).waitFor();
  expect((await own.about(id)).description).toBe(before);
  await page
    .getByRole('button', { name: /undone by Owner/ })
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /undone by/ }).count()).toBe(2);
});
