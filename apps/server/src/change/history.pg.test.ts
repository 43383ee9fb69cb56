import { graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { newSource } from '../judgement/testing.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);

/** The answer of one document, or the code of its first error. */
async function ask(ctx: Context, source: string, variableValues: Record<string, unknown> = {}) {
  // Through JSON, as it leaves the server.
  const answer = await graphql({ schema, source, variableValues, contextValue: requestContext(ctx) });
  const error = answer.errors?.[0];
  if (error) throw error.originalError ?? error;
  return JSON.parse(JSON.stringify(answer.data));
}

const open = async (ctx: Context, title = 'Harbour'): Promise<{ id: string; change: string }> => {
  const { made } = await ask(
    ctx,
    `mutation ($title: String!) { made: createInvestigation(input: { title: $title, reason: "New" }) { ids change { id } } }`,
    { title },
  );
  return { id: made.ids[0], change: made.change.id };
};

const note = async (ctx: Context, investigationId: string, text: string): Promise<string> =>
  (
    await ask(ctx, `mutation ($input: WriteNoteInput!) { writeNote(input: $input) { change { id } } }`, {
      input: { investigationId, text },
    })
  ).writeNote.change.id;

const CHANGES = `query ($first: Int, $after: String, $investigationId: ID, $targetId: ID, $since: Position, $action: String, $actorId: ID) {
  changes(first: $first, after: $after, investigationId: $investigationId, targetId: $targetId, since: $since, action: $action, actorId: $actorId) {
    edges { node { id action summary reason rows canUndo undoOf undoneBy actor { name } targets { kind id caption } } }
    pageInfo { hasNextPage endCursor } bounded { complete total totalIsExact } } }`;

describe('the history', () => {
  test('is paged, filtered and told in sentences', async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx, { name: 'Ben', roles: ['owner'] });
    const other = await startTenant(db);
    const { id, change } = await open(ctx);
    await open(other);
    const first = await note(ctx, id, 'One');
    await note(ben, id, 'Two');

    const page = (await ask(ctx, CHANGES, { first: 1, investigationId: id })).changes;
    expect(page).toMatchObject({
      edges: [{ node: { summary: 'Wrote a note: Two', actor: { name: 'Ben' }, canUndo: true } }],
      pageInfo: { hasNextPage: true },
      bounded: { complete: false, total: 3, totalIsExact: true },
    });
    const next = (await ask(ctx, CHANGES, { investigationId: id, after: page.pageInfo.endCursor })).changes;
    expect(next.edges.map(({ node }: { node: { summary: string } }) => node.summary)).toEqual([
      'Wrote a note: One',
      'Opened investigation Harbour',
    ]);
    const count = async (filter: Record<string, unknown>) =>
      (await ask(ctx, CHANGES, filter)).changes.edges.length;
    expect(await count({ since: first })).toBe(1);
    expect(await count({ action: 'note.written' })).toBe(2);
    expect(await count({ actorId: ben.actor.id })).toBe(1);
    expect(await count({ targetId: id })).toBe(1);
    const { change: found } = await ask(ctx, `query ($id: Position!) { change(id: $id) { reason } }`, {
      id: change,
    });
    expect(found).toEqual({ reason: 'New' });
  });

  test('follows an entity through all of its records', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    await ask(ctx, `mutation { judge(input: { left: "${a}", right: "${b}", verdict: SAME }) { ids } }`);
    const actions = async (targetId: string) =>
      (await ask(ctx, CHANGES, { targetId })).changes.edges.map(
        (edge: { node: { action: string } }) => edge.node.action,
      );
    expect(await actions(b)).toEqual(['judgement.recorded', 'import.batch']);
    await expect(actions('nonsense')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('keeps what the reader does not see to itself', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const [hidden] = (await newSource(ctx, 'secret', ['Hidden Name'], { marking: 4 })) as [string];
    await ask(
      ctx,
      `mutation { judge(input: { left: "${a}", right: "${hidden}", verdict: DIFFERENT }) { ids } }`,
    );
    const seen = async (who: Context) =>
      JSON.stringify((await ask(who, CHANGES, { first: 50 })).changes.edges);
    expect(await seen(ctx)).toContain('Hidden Name');
    expect(await seen(low)).not.toContain('Hidden Name');
    expect(await seen(low)).not.toContain(hidden);
    expect(await seen(low)).not.toContain('judgement.recorded');
    await ask(ctx, `mutation { undo(input: {}) { ids } }`);
    expect(await seen(ctx)).toContain('Undid');
    expect(await seen(low)).not.toContain('Undid');
    const { id } = await open(ctx);
    await ask(
      ctx,
      `mutation { addItems(input: { investigationId: "${id}", items: [{ entityId: "${a}" }, { entityId: "${hidden}" }] }) { ids } }`,
    );
    expect(await seen(low)).toContain('items.added');
    expect(await seen(low)).not.toContain(hidden);
  });
});

test('a diff keeps notes on and refutations of hidden facts, and hidden cases, to itself', async () => {
  const ctx = await startTenant(db);
  const low = await joinTenant(ctx, { clearance: 1 });
  const { id, change } = await open(ctx);
  const [hidden] = (await newSource(ctx, 'secret', ['Hidden Name'], { marking: 4 })) as [string];
  const about = { record: hidden, property: 'name', value: 'Hidden Name' };
  await ask(ctx, `mutation ($input: UpdateEntityInput!) { updateEntity(input: $input) { ids } }`, {
    input: { investigationId: id, id: hidden, reject: [about] },
  });
  await ask(ctx, `mutation ($input: WriteNoteInput!) { writeNote(input: $input) { ids } }`, {
    input: { investigationId: id, text: 'On the hidden one', targetId: hidden },
  });
  const { id: secret } = await open(ctx, 'Secret case');
  await ask(ctx, `mutation { updateInvestigation(input: { id: "${secret}", marking: "TLP:RED" }) { ids } }`);
  await note(ctx, secret, 'In the secret case');
  const kinds = async (who: Context) =>
    (await ask(who, `{ diff(from: "${change}") { rows { kind } } }`)).diff.rows.map(
      (row: { kind: string }) => row.kind,
    );
  expect([...new Set(await kinds(ctx))]).toEqual([
    'dataset',
    'record',
    'refutation',
    'investigation',
    'member',
    'note',
  ]);
  expect(await kinds(low)).toEqual([]);
  const told = async (who: Context) => JSON.stringify((await ask(who, CHANGES)).changes.edges);
  expect(await told(ctx)).toMatch(/On the hidden one.*Opened/);
  expect(await told(low)).not.toMatch(/hidden|Hidden|ecret/);
});

describe('time', () => {
  test('reads a moment by time and by position, and says on which change it stands', async () => {
    const ctx = await startTenant(db);
    const { id, change } = await open(ctx);
    await ask(ctx, `mutation { updateInvestigation(input: { id: "${id}", title: "Port" }) { ids } }`);
    const at = (given: string) =>
      ask(ctx, `{ at(${given}) { position at change { summary } investigation(id: "${id}") { title } } }`);
    expect((await at(`position: "${change}"`)).at).toMatchObject({
      position: change,
      investigation: { title: 'Harbour' },
      change: { summary: 'Opened investigation Harbour' },
    });
    expect((await at(`time: "${new Date().toISOString()}"`)).at.investigation).toEqual({ title: 'Port' });
  });

  test('tells the difference between two moments in pages', async () => {
    const ctx = await startTenant(db);
    const { id, change } = await open(ctx);
    await note(ctx, id, 'One');
    await note(ctx, id, 'Two');
    const diff = (more: string) =>
      ask(
        ctx,
        `{ diff(from: "${change}", first: 1 ${more}) { added removed changed rows { kind act caption change }
        pageInfo { hasNextPage endCursor } bounded { total } } }`,
      );
    const first = (await diff('')).diff;
    expect(first).toMatchObject({
      added: 2,
      pageInfo: { hasNextPage: true },
      rows: [{ kind: 'note', act: 'added' }],
    });
    const second = (await diff(`, after: "${first.pageInfo.endCursor}"`)).diff;
    expect(second.rows[0].caption).not.toBe(first.rows[0].caption);
    const shown = await ask(
      ctx,
      `{ changes(first: 1) { edges { node { details { rows { kind after } } } } } }`,
    );
    expect(shown.changes.edges[0].node.details.rows).toMatchObject([
      { kind: 'note', after: { text: 'Two' } },
    ]);
  });

  test('refuses positions and cursors that are none of the tenant’s', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const { change } = await open(other);
    for (const position of [change, 'nonsense']) {
      await expect(ask(ctx, `{ at(position: "${position}") { position } }`)).rejects.toMatchObject({
        code: 'POSITION_UNKNOWN',
      });
    }
    await expect(ask(ctx, `{ at { position } }`)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(ask(ctx, CHANGES, { after: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await expect(ask(ctx, CHANGES, { first: 5_000 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('the digest of a moment stays what it was', async () => {
    const ctx = await startTenant(db);
    const { id } = await open(ctx);
    const digest = `digest { content workspace records position }`;
    const before = (await ask(ctx, `{ ${digest} }`)).digest;
    await newSource(ctx, 'one', ['A']);
    await note(ctx, id, 'One');
    const after = (await ask(ctx, `{ ${digest} }`)).digest;
    expect(after.records).toBe(1);
    expect([after.content, after.workspace]).not.toEqual([before.content, before.workspace]);
    expect((await ask(ctx, `{ at(position: "${before.position}") { ${digest} } }`)).at.digest).toEqual(
      before,
    );
    expect((await ask(ctx, `{ digest(dataset: "one") { records } }`)).digest).toEqual({ records: 1 });
    await expect(ask(ctx, `{ digest(dataset: "none") { records } }`)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('undo and redo', () => {
  const act = (ctx: Context, verb: string) =>
    ask(ctx, `mutation { ${verb}(input: {}) { change { summary undoOf undoneBy } ids } }`);
  const viewer = (ctx: Context) =>
    ask(ctx, `{ viewer { canUndo { summary } canRedo { summary } lastSeen } }`);

  test('take back one’s own last act, and give it again', async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx, { roles: ['owner'] });
    const { id } = await open(ctx);
    const change = await note(ctx, id, 'One');
    await note(ben, id, 'Two');
    expect((await viewer(ctx)).viewer).toMatchObject({
      canUndo: { summary: 'Wrote a note: One' },
      canRedo: null,
    });
    expect((await act(ctx, 'undo')).undo.change).toMatchObject({
      summary: 'Undid: Wrote a note: One',
      undoOf: change,
    });
    const { change: undone } = await ask(ctx, `{ change(id: "${change}") { canUndo undoneBy } }`);
    expect(undone).toMatchObject({ canUndo: false, undoneBy: expect.any(String) });
    expect((await viewer(ctx)).viewer.canRedo).toMatchObject({ summary: 'Undid: Wrote a note: One' });
    expect((await act(ctx, 'redo')).redo.change.summary).toBe('Redid: Wrote a note: One');
    await expect(act(ctx, 'redo')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of somebody else need the right, and may be previewed', async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx);
    const { change } = await open(ctx);
    const undo = (who: Context, preview = false) =>
      ask(
        who,
        `mutation { undo(input: { change: "${change}" }, preview: ${preview}) {
        change { id } preview { rows { kind act } bounded { complete total } } } }`,
      );
    await expect(undo(ben)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { undo: preview } = await undo(ctx, true);
    expect(preview.change).toBeNull();
    expect(preview.preview.bounded).toEqual({ complete: true, total: 3 });
    expect(preview.preview.rows.map((row: { kind: string }) => row.kind)).toEqual([
      'dataset',
      'investigation',
      'member',
    ]);
  });

  test('of what somebody changed later keeps it, overwrites it, or takes it back too', async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx, { name: 'Ben', roles: ['analyst'] });
    const undoing = (who: Context, change: string, later: string, preview = false) =>
      ask(
        who,
        `mutation { undo(input: { change: "${change}", later: ${later} }, preview: ${preview}) {
          change { id summary } preview { rows { act kind before after } bounded { total } } } }`,
      );
    const write = async (who: Context, id: string, description: string) =>
      (
        await ask(
          who,
          `mutation { updateInvestigation(input: { id: "${id}", description: "${description}" }) { change { id } } }`,
        )
      ).updateInvestigation.change.id as string;
    const state = async (id: string) =>
      (await ask(ctx, `{ investigation(id: "${id}") { description } }`)).investigation.description;
    const prepare = async () => {
      const { id } = await open(ctx);
      await ask(
        ctx,
        `mutation { setMember(input: { investigationId: "${id}", userId: "${ben.actor.id}", role: "editor" }) { ids } }`,
      );
      const mine = await write(ctx, id, 'Of 2023');
      const theirs = await write(ben, id, 'Of 2024');
      return { id, mine, theirs };
    };

    const { id, mine } = await prepare();
    await expect(undoing(ctx, mine, 'REFUSE')).rejects.toMatchObject({
      code: 'UNDO_CONFLICT',
      details: { total: 1, items: [{ id, actor: 'Ben' }] },
    });
    // All that it wrote was changed later: to keep that is to undo nothing.
    expect((await undoing(ctx, mine, 'KEEP', true)).undo.preview.bounded.total).toBe(0);
    expect((await undoing(ctx, mine, 'KEEP')).undo.change).toBeNull();
    const rehearsed = (await undoing(ctx, mine, 'OVERWRITE', true)).undo.preview.rows;
    expect(rehearsed).toMatchObject([{ kind: 'investigation', act: 'changed' }]);
    expect(await state(id)).toBe('Of 2024');
    expect((await undoing(ctx, mine, 'OVERWRITE')).undo.change.summary).toMatch(/^Undid: /);
    expect(await state(id)).toBeNull();

    const other = await prepare();
    await write(ben, other.id, 'Of 2025');
    const before = await state(other.id);
    const both = (await undoing(ctx, other.mine, 'UNDO_TOO', true)).undo.preview;
    expect(both.rows).toHaveLength(1);
    expect(await state(other.id)).toBe(before);
    await undoing(ctx, other.mine, 'UNDO_TOO');
    expect(await state(other.id)).toBeNull();
    const { change } = await ask(ctx, `{ change(id: "${other.theirs}") { undoneBy } }`);
    expect(change.undoneBy).toEqual(expect.any(String));

    // Who may not undo another's act may not do so along with their own.
    const third = await prepare();
    await write(ctx, third.id, 'Of 2026');
    await expect(undoing(ben, third.theirs, 'UNDO_TOO')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('of a change in part keeps only the rows that were changed later', async () => {
    const ctx = await startTenant(db);
    const { id } = await open(ctx);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const arrange = async (verb: string, ids: string[], x: number) =>
      (
        await ask(
          ctx,
          `mutation ($items: [ItemInput!]!) { made: ${verb}(input: { investigationId: "${id}", items: $items }) { change { id } } }`,
          { items: ids.map((entityId) => ({ entityId, x, y: 0 })) },
        )
      ).made.change.id as string;
    await arrange('addItems', [a, b], 1);
    const both = await arrange('arrangeItems', [a, b], 2);
    await arrange('arrangeItems', [b], 3);
    const undone = async (later: string) =>
      (
        await ask(
          ctx,
          `mutation { undo(input: { change: "${both}", later: ${later} }, preview: true) { preview { rows { kind before after } } } }`,
        )
      ).undo.preview.rows;
    expect(await undone('KEEP')).toMatchObject([{ kind: 'item', before: { x: 2 }, after: { x: 1 } }]);
    expect(await undone('OVERWRITE')).toHaveLength(2);
    expect(await undone('UNDO_TOO')).toHaveLength(2);
  });

  test('marks what was seen', async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx, { roles: ['owner'] });
    const { id } = await open(ctx);
    const unseen = async () =>
      (await ask(ben, `{ investigation(id: "${id}") { changesSinceSeen } }`)).investigation.changesSinceSeen;
    expect(await unseen()).toBe(1);
    await ask(ben, `mutation { markSeen(investigationId: "${id}") }`);
    expect(await unseen()).toBe(0);
    await note(ctx, id, 'One');
    expect(await unseen()).toBe(1);
    await ask(ctx, `mutation { markSeen }`);
    expect((await viewer(ctx)).viewer.lastSeen).toEqual(expect.any(String));
  });
});
