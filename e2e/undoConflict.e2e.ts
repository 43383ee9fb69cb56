import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addPerson, type Person } from './asking.ts';
import { launch, signIn, type Visit, violations, visit } from './browser.ts';
import { cases } from './cases.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const own = cases();
let browser: Awaited<ReturnType<typeof launch>>;
let owner: Visit;
let elsewhere: Visit;
let ivar: Person;
let id: string;

beforeAll(async () => {
  browser = await launch();
  [owner, elsewhere] = [await visit(browser), await visit(browser)];
  for (const { page } of [owner, elsewhere]) page.setDefaultTimeout(60_000);
  await signIn(owner.page);
  const { viewer } = await own.say<{ viewer: { tenant: { id: string } } }>('{ viewer { tenant { id } } }');
  ivar = await addPerson(env, viewer.tenant.id, 'Ivar Holm', '--role', 'analyst');
  await signIn(elsewhere.page, ivar.name);
});
afterAll(async () => {
  await browser.close();
  for (const { outside, errors } of [owner, elsewhere]) {
    expect(outside, 'nothing is fetched from outside').toEqual([]);
    expect(errors, 'no page has errors').toEqual([]);
  }
});
beforeEach(async () => {
  id = await own.begin('In conflict');
  await own.invite(id, ivar);
});

type Updated = { updateInvestigation: { change: { id: string } } };
const asks = async (who: ReturnType<typeof cases>, description: string): Promise<string> =>
  (
    await who.say<Updated>(
      'mutation ($input: UpdateInvestigationInput!) { updateInvestigation(input: $input) { change { id } } }',
      { input: { id, description } },
    )
  ).updateInvestigation.change.id;

test('to undo later acts too is not offered where it would be refused, and the reason stands there', async () => {
  const first = await asks(cases(ivar.token), 'Who paid?');
  await asks(own, 'Who paid, and when?');
  const { page } = elsewhere;
  await page.goto(`/history?change=${encodeURIComponent(first)}&undo=1`);
  await page.getByText('Undo Owner’s change too').click();
  await page.getByText('an owner can undo it').first().waitFor();
  await page.getByRole('region', { name: 'Acts that stand on this one' }).waitFor();
  expect(await page.getByRole('button', { name: 'Undo, and undo Owner’s change' }).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
});

test('after an undo that failed the whole page tells what stands now', async () => {
  const first = await asks(own, 'Who paid?');
  await asks(cases(ivar.token), 'Who paid, and when?');
  const { page } = owner;
  await page.goto(`/history?change=${encodeURIComponent(first)}&undo=1`);
  await page.getByText('Put back what stood before').click();
  const undo = page.getByRole('button', { name: 'Undo, overwrite Ivar’s change' });
  await page.getByRole('heading', { name: 'What would change' }).waitFor();
  // Somebody is faster.
  await own.say('mutation ($input: UndoInput!) { undo(input: $input) { change { id } } }', {
    input: { change: first, later: 'OVERWRITE' },
  });
  await undo.click();
  await page.getByText('This was undone already').first().waitFor();
  // The list beside it knows: without a reload, and though it was never asked to.
  await page
    .getByRole('button', { name: /undone by Owner/ })
    .first()
    .waitFor();
});

const membersOf = async (): Promise<string[]> => {
  const { investigation } = await own.say<{ investigation: { members: { user: { name: string } }[] } }>(
    'query ($id: ID!) { investigation(id: $id) { members { user { name } } } }',
    { id },
  );
  return investigation.members.map(({ user }) => user.name);
};

test('the key takes back no role and no act on another case unasked: it leads to what that would do', async () => {
  const { page } = owner;
  const preview = page.getByRole('complementary', { name: 'The change looked at' });
  // The last act is that Ivar was let in.
  await page.goto(`/i/${id}`);
  await page.getByRole('button', { name: /^Add an entity/ }).waitFor();
  await page.keyboard.press('Control+z');
  await page.waitForURL(/\/history\?change=.*undo=1/);
  await preview.getByRole('heading', { name: 'Preview of undo' }).waitFor();
  await preview.getByText(/^Made Ivar Holm editor/).waitFor();
  expect(await membersOf()).toContain(ivar.name);
  expect(await violations(page)).toEqual([]);
  await preview.getByRole('button', { name: 'Undo 1 row' }).click();
  await expect.poll(membersOf).not.toContain(ivar.name);
  // Nor does it give one back, from whichever page.
  await page.goto('/');
  await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  await page.keyboard.press('Control+Shift+Z');
  await preview.getByRole('heading', { name: 'Preview of redo' }).waitFor();
  expect(await membersOf()).not.toContain(ivar.name);
  await preview.getByRole('button', { name: 'Redo 1 row' }).click();
  await expect.poll(membersOf).toContain(ivar.name);

  // A note in another case is of the data, but not of what is on the screen here.
  const other = await own.begin('Not on the screen');
  await own.say('mutation ($input: WriteNoteInput!) { writeNote(input: $input) { ids } }', {
    input: { investigationId: other, text: 'Kept until it is said' },
  });
  await page.goto(`/i/${id}`);
  await page.getByRole('button', { name: /^Add an entity/ }).waitFor();
  await page.keyboard.press('Control+z');
  await preview.getByText(/^Wrote a note: Kept until it is said/).waitFor();
  expect((await own.read(other)).notes).toEqual(['Kept until it is said']);
});
