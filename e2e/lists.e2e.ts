import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import {
  addPerson,
  asking,
  foundTenant,
  operate,
  type Person,
  sampleIsThere,
  startImport,
} from './asking.ts';
import { launch, type Visit, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const [api, env] = [inject('productApi'), JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv];
const SOME = 230;
let browser: Awaited<ReturnType<typeof launch>>;
let now: Visit;
/** Owner of a tenant of their own: what is made here in hundreds stands in nobody else's lists. */
let una: Person;

beforeAll(async () => {
  browser = await launch();
  now = await visit(browser);
  now.page.setDefaultTimeout(60_000);
  una = await addPerson(env, await foundTenant(env, 'Lists'), 'Una', '--role', 'owner');
  await sampleIsThere(api, una);
  const link = await operate<{ url: string }>(env, 'signin-link', '--user', 'Una', '--tenant', una.tenant);
  await now.page.goto(link.url);
  await now.page.getByRole('button').first().click();
  await now.page.getByRole('heading', { name: 'Investigations' }).waitFor();
});
afterAll(async () => {
  const { outside, errors } = now;
  await browser.close();
  expect(outside, 'nothing is fetched from outside').toEqual([]);
  expect(errors, 'the page has no errors').toEqual([]);
});

/** Brings a file in, or checks it, to its end; resolves to the import's id. */
async function brought(name: string, fields: Record<string, string>, lines: string[]): Promise<string> {
  const id = await startImport(
    api,
    una.token,
    { name, body: lines.join('\n') },
    { format: 'ftm', ...fields },
  );
  const state = async () =>
    (
      await asking(api, una.token)<{ import: { state: string } }>(
        'query ($id: ID!) { import(id: $id) { state } }',
        { id },
      )
    ).import.state;
  const end = fields.preview === 'true' ? 'PREVIEWED' : 'DONE';
  await vi.waitFor(async () => expect(await state()).toBe(end), { timeout: 100_000, interval: 100 });
  return id;
}

const person = (id: string, name: string) =>
  JSON.stringify({ id, schema: 'Person', properties: { name: [name] } });

test('an import stands among the imports so far, however many checks were made after it', async () => {
  const { page } = now;
  await brought('kept.ndjson', { dataset: 'kept' }, [person('a', 'Ada Brandt')]);
  for (let i = 0; i < 21; i += 1)
    await brought('check.ndjson', { dataset: 'kept', preview: 'true' }, [person('a', `Ada ${i}`)]);
  await page.goto('/import');
  const imports = page.getByRole('region', { name: 'Imports so far' });
  await imports.getByRole('link', { name: 'kept.ndjson' }).waitFor();
  expect(await imports.getByRole('link', { name: 'check.ndjson' }).count()).toBe(0);
  await page.goto('/d/kept');
  const ofIt = page.getByRole('region', { name: 'Imports', exact: true });
  await ofIt.getByText('1 of 1', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('investigations and notebooks past the first page are counted and shown on demand', async () => {
  const { page } = now;
  const own = cases(una.token);
  for (let i = 0; i < SOME; i += 10)
    await Promise.all(Array.from({ length: 10 }, (_, at) => own.begin(`Case ${i + at}`)));
  await page.goto('/');
  const list = page.locator('[data-region="Investigations"]');
  const rows = list.getByRole('row');
  // With the sample that came with the tenant, and a row of names above.
  await list.getByText(`200 of at most ${SOME + 1}`, { exact: true }).waitFor();
  expect(await rows.count()).toBe(201);
  await list.getByRole('button', { name: 'Show more' }).click();
  await list.getByText(`${SOME + 1} of ${SOME + 1}`, { exact: true }).waitFor();
  expect(await rows.count()).toBe(SOME + 2);

  await page.goto('/d');
  const notebooks = page.getByRole('table').last();
  const foot = page.locator('[data-region="Datasets"]');
  // Sources stand among them in the list that is read, so that how many they are shows at its end.
  await foot.getByText(/^\d+ of at most 23\d$/).waitFor();
  const more = foot.getByRole('button', { name: 'Show more' });
  while ((await more.count()) > 0) {
    const before = await notebooks.getByRole('row').count();
    await more.click();
    await expect.poll(() => notebooks.getByRole('row').count(), { timeout: 30_000 }).toBeGreaterThan(before);
  }
  await foot.getByText(`${SOME + 1} of ${SOME + 1}`, { exact: true }).waitFor();
});

test('what expanding would bring is counted for all that is selected', async () => {
  const { page } = now;
  // Sixty pairs: the fifty first know of fifty links.
  const lines = Array.from({ length: 60 }, (_, i) => [
    person(`p${i}`, `Pair ${i}`),
    JSON.stringify({ id: `c${i}`, schema: 'Company', properties: { name: [`Firm ${i}`] } }),
    JSON.stringify({ id: `o${i}`, schema: 'Ownership', properties: { owner: [`p${i}`], asset: [`c${i}`] } }),
  ]).flat();
  await brought('pairs.ndjson', { dataset: 'pairs' }, lines);
  const own = cases(una.token);
  const id = await own.begin('Sixty pairs');
  const people = (await own.recordsOf('pairs')).filter(({ caption }) => caption.startsWith('Pair'));
  await own.say('mutation ($input: AddItemsInput!) { addItems(input: $input) { ids } }', {
    input: { investigationId: id, items: people.map((one) => ({ entityId: one.id })) },
  });
  await page.goto(`/i/${id}`);
  await page.getByRole('grid').waitFor();
  await page.getByRole('row', { name: /Pair/ }).first().click();
  await page.keyboard.press('Shift+A');
  await page.keyboard.press('e');
  await page.getByRole('dialog', { name: 'Expand' }).getByText('60 relationships known').waitFor();
});

test('an owner removes an original for good: said before what goes and stays, and after who did it and why', async () => {
  const { page } = now;
  const secret = 'Nerine Castellan';
  const id = await brought('secret.ndjson', { dataset: 'secret' }, [person('n', secret), '{"id": "torn"']);
  await page.goto('/d/secret');
  await page.getByRole('button', { name: 'Remove the original of secret.ndjson' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove an original for good?' });
  await dialog.getByText('This cannot be undone.').waitFor();
  await dialog.getByRole('region', { name: 'What goes' }).getByText('the row behind each fact').waitFor();
  await dialog.getByRole('region', { name: 'What stays' }).getByText('every record').waitFor();
  expect(await violations(page)).toEqual([]);
  // Not without a reason; and to go back changes nothing.
  const remove = dialog.getByRole('button', { name: 'Remove for good' });
  expect(await remove.isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect((await fetch(`${api}/api/imports/${id}/rejects?format=csv`, { headers: auth() })).status).toBe(200);

  await page.goto(`/import/${id}`);
  const original = page.getByRole('region', { name: 'Original' });
  await original.getByRole('button', { name: 'Remove the original of secret.ndjson' }).click();
  await dialog.getByLabel('Reason').fill('The register asked for it');
  await remove.click();
  await dialog.waitFor({ state: 'detached' });
  const said = /The original was removed by Una, .*: The register asked for it/;
  await original.getByText(said).waitFor();
  expect(await original.getByRole('button').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  // The dataset says it too, and the fact stands without its row.
  await page.goto('/d/secret');
  await page.getByRole('region', { name: 'Imports', exact: true }).getByText(said).waitFor();
  const [record] = await cases(una.token).recordsOf('secret');
  await page.goto(`/e/${record?.id}`);
  await page
    .getByRole('button', { name: /^Source: / })
    .first()
    .click();
  await page.getByRole('figure').getByText(said).waitFor();
  // Nothing takes it back: undo passes it over.
  const { viewer } = await cases(una.token).say<{ viewer: { canUndo: { summary: string } | null } }>(
    '{ viewer { canUndo { summary } } }',
  );
  expect(viewer.canUndo?.summary ?? '').not.toContain('for good');
});

const auth = () => ({ authorization: `Bearer ${una.token}` });

test('who is no owner is not offered to remove an original', async () => {
  await addPerson(env, una.tenant, 'Ivo', '--role', 'analyst');
  const ivo = await visit(browser);
  ivo.page.setDefaultTimeout(60_000);
  const link = await operate<{ url: string }>(env, 'signin-link', '--user', 'Ivo', '--tenant', una.tenant);
  await ivo.page.goto(link.url);
  await ivo.page.getByRole('button').first().click();
  await ivo.page.getByRole('heading', { name: 'Investigations' }).waitFor();
  await ivo.page.goto('/d/kept');
  await ivo.page.getByRole('cell', { name: 'kept', exact: true }).waitFor();
  expect(await ivo.page.getByRole('button', { name: /^Remove the original/ }).count()).toBe(0);
  expect(ivo.errors).toEqual([]);
  await ivo.context.close();
});
