import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { addPerson, startImport } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const [api, token] = [inject('productApi'), inject('productToken')];
const own = cases();
let browser: Awaited<ReturnType<typeof launch>>;
let here: Visit;
/** Where another owner is signed in. */
let elsewhere: Visit;
/** Two of one name, each of a dataset of its own; both are in a case, and its page is open with both selected. */
let left: { id: string; import: string };
let right: { id: string; import: string };
let pairs = 0;

beforeAll(async () => {
  browser = await launch();
  [here, elsewhere] = [await visit(browser), await visit(browser)];
  for (const { page } of [here, elsewhere]) page.setDefaultTimeout(60_000);
  await signIn(here.page);
  const { viewer } = await own.say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  const runa = await addPerson(env, viewer.tenant.id, 'Runa Dahl', '--role', 'owner');
  await signIn(elsewhere.page, runa.name);
});
afterAll(async () => {
  await browser.close();
  for (const { outside, errors } of [here, elsewhere]) {
    expect(outside, 'nothing is fetched from outside').toEqual([]);
    expect(errors, 'no page has errors').toEqual([]);
  }
});
beforeEach(async () => {
  pairs += 1;
  left = await brought('Elin Strand', `strand-${pairs}-left`);
  right = await brought('E. Strand', `strand-${pairs}-right`);
  const id = await own.begin('One or two');
  await own.say('mutation ($input: AddItemsInput!) { addItems(input: $input) { ids } }', {
    input: { investigationId: id, items: [left, right].map((one) => ({ entityId: one.id })) },
  });
  await here.page.goto(`/i/${id}?sel=${left.id},${right.id}`);
  await here.page.getByText('2 selected', { exact: true }).waitFor();
  await here.page.getByRole('article', { name: 'Elin Strand' }).waitFor();
});

/** Brings in a person of their own dataset. */
async function brought(name: string, dataset: string): Promise<{ id: string; import: string }> {
  const body = JSON.stringify({ id: dataset, schema: 'Person', properties: { name: [name] } });
  const made = await startImport(api, token, { name: `${dataset}.ndjson`, body }, { dataset, format: 'ftm' });
  const state = async () =>
    (
      await own.say<{ import: { state: string } }>('query ($id: ID!) { import(id: $id) { state } }', {
        id: made,
      })
    ).import.state;
  await vi.waitFor(async () => expect(await state()).toBe('DONE'), { timeout: 100_000, interval: 100 });
  const [record] = await own.recordsOf(dataset);
  return { id: record!.id, import: made };
}

/** Somebody else takes an import back, on its page. */
async function takenBack(id: string): Promise<void> {
  const { page } = elsewhere;
  await page.goto(`/import/${id}`);
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the import' }).click();
  await page.getByText('undone', { exact: true }).waitFor();
}

const dialog = () => here.page.getByRole('dialog', { name: 'Same or different' });

test('who is gone cannot be judged: the dialog says so and leads to another', async () => {
  await takenBack(right.import);
  await here.page.keyboard.press('m');
  const told = dialog().getByRole('alert');
  await told.getByRole('heading', { name: 'E. Strand no longer exists' }).waitFor();
  await told.getByText(/undone or removed meanwhile.*Nothing was judged/).waitFor();
  expect(await dialog().getByRole('radio').count()).toBe(0);
  expect(
    await dialog()
      .getByRole('button', { name: /^(Judge|Keep)/ })
      .count(),
  ).toBe(0);
  expect(await violations(here.page)).toEqual([]);
  // The way on has the focus.
  await here.page.keyboard.press('Enter');
  await dialog().getByRole('textbox', { name: 'Compare Elin Strand with' }).fill('Henrik Alder');
  await dialog()
    .getByRole('button', { name: /^(Person )?Henrik Alder/ })
    .first()
    .click();
  await dialog()
    .getByRole('columnheader', { name: /^Henrik Alder/ })
    .waitFor();
  expect(await dialog().getByRole('radio').count()).toBe(3);
});

test('who goes while the dialog is open is told when the verdict is refused, and nothing is offered again', async () => {
  await here.page.keyboard.press('m');
  await dialog()
    .getByRole('columnheader', { name: /^E. Strand/ })
    .waitFor();
  await takenBack(left.import);
  await dialog().getByRole('button', { name: 'Judge the same' }).click();
  await dialog().getByRole('heading', { name: 'Elin Strand no longer exists' }).waitFor();
  expect(
    await dialog()
      .getByRole('button', { name: /^(Judge|Keep)/ })
      .count(),
  ).toBe(0);
  expect(await violations(here.page)).toEqual([]);
  await dialog().getByText('Close', { exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
});

test('two whom somebody judged the same meanwhile are not asked about again', async () => {
  await own.say('mutation ($input: JudgeInput!) { judge(input: $input) { ids } }', {
    input: { left: left.id, right: right.id, verdict: 'SAME', reason: 'One birth date' },
  });
  await here.page.keyboard.press('m');
  await dialog()
    .getByRole('heading', { name: /^Both are .* by now$/ })
    .waitFor();
  expect(
    await dialog()
      .getByRole('button', { name: /^(Judge|Keep)/ })
      .count(),
  ).toBe(0);
  expect(await violations(here.page)).toEqual([]);
});
