import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { runCommand } from './command.ts';
import { rowChanges } from './diff.ts';
import { loadChanges } from './history.queries.ts';
import { read, resolveMoment } from './read.ts';
import { lastAct, lastUndo, restore, undoChange } from './undo.ts';

const { db } = await testDatabase();

async function newNote(ctx: Context, id: string, text: string) {
  const outcome = await runCommand(ctx, { action: 'note.written' }, (tx) =>
    tx.execute(sql`
      insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
      values (${ctx.scope.tenant}, ${id}, ${tx.change}, ${id}, ${text}, ${ctx.actor.id})
      on conflict (tenant_id, id) do update set text = excluded.text, since_change = excluded.since_change
      where notes.text <> excluded.text`),
  );
  return outcome.change;
}

const removeNote = async (ctx: Context, id: string) =>
  (
    await runCommand(ctx, { action: 'note.removed' }, (tx) =>
      tx.execute(sql`delete from notes where tenant_id = ${ctx.scope.tenant} and id = ${id}`),
    )
  ).change;

const textOf = async (ctx: Context, id: string, at?: number) =>
  (
    await read(ctx, at, (tx) =>
      tx.first<{ text: string }>(
        sql`select text from notes where tenant_id = ${ctx.scope.tenant} and id = ${id}`,
      ),
    )
  )?.text;

describe('the change log', () => {
  test('shows every earlier state as of each change', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    const first = await newNote(ctx, id, 'one');
    const second = await newNote(ctx, id, 'two');
    const third = await removeNote(ctx, id);
    expect([first, second, third].map((change) => typeof change)).toEqual(['number', 'number', 'number']);
    expect(await textOf(ctx, id, first! - 1)).toBeUndefined();
    expect(await textOf(ctx, id, first!)).toBe('one');
    expect(await textOf(ctx, id, second!)).toBe('two');
    expect(await textOf(ctx, id, third!)).toBeUndefined();
    expect(await textOf(ctx, id)).toBeUndefined();
  });

  test('a row that others put back and took away again meanwhile is put back after them', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await newNote(ctx, id, 'one');
    await removeNote(ctx, id);
    const meanwhile: number[] = [];
    let runs = 0;
    const { change } = await runCommand(ctx, { action: 'note.written' }, async (tx) => {
      if (runs++ === 0) meanwhile.push((await newNote(ctx, id, 'two'))!, (await removeNote(ctx, id))!);
      await tx.execute(sql`
        insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
        values (${ctx.scope.tenant}, ${id}, ${tx.change}, ${id}, 'three', ${ctx.actor.id})`);
    });
    expect(runs).toBe(2);
    expect(change).toBeGreaterThan(meanwhile[1]!);
    expect(await Promise.all([...meanwhile, change!].map((at) => textOf(ctx, id, at)))).toEqual([
      'two',
      undefined,
      'three',
    ]);
  });

  test('a row that is taken away again is not put back by an older undo', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await newNote(ctx, id, 'one');
    const gone = (await removeNote(ctx, id))!;
    let runs = 0;
    const undone = runCommand(ctx, { action: 'change.undone', undoOf: gone }, async (tx) => {
      if (runs++ === 0) {
        await newNote(ctx, id, 'two');
        await removeNote(ctx, id);
      }
      await restore(tx, gone);
    });
    expect(typeof (await undone).change).toBe('number');
    expect(runs).toBe(2);
  });

  test('a command that writes nothing leaves no change', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await newNote(ctx, id, 'one');
    expect(await newNote(ctx, id, 'one')).toBeNull();
  });

  test('undo, undo again, redo, redo again restore each state', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await newNote(ctx, id, 'one');
    await newNote(ctx, id, 'two');
    const undoLast = async () => {
      const act = await read(ctx, undefined, (tx) => lastAct(tx, ctx.actor.id));
      await undoChange(ctx, act!.id);
    };
    const redo = async () => {
      const undo = await read(ctx, undefined, (tx) => lastUndo(tx, ctx.actor.id));
      await undoChange(ctx, undo!.id);
    };
    await undoLast();
    expect(await textOf(ctx, id)).toBe('one');
    await undoLast();
    expect(await textOf(ctx, id)).toBeUndefined();
    await redo();
    expect(await textOf(ctx, id)).toBe('one');
    await redo();
    expect(await textOf(ctx, id)).toBe('two');
    expect(await read(ctx, undefined, (tx) => lastUndo(tx, ctx.actor.id))).toBeUndefined();
    await undoLast();
    expect(await textOf(ctx, id)).toBe('one');
  });

  test('an undo that would overwrite a later change names it', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    const first = await newNote(ctx, id, 'one');
    await newNote(ctx, id, 'two');
    await expect(undoChange(ctx, first!)).rejects.toMatchObject({
      code: 'UNDO_CONFLICT',
      details: { total: 1, items: [{ id, caption: 'two', actor: 'Ada Owner' }] },
    });
    expect(await textOf(ctx, id)).toBe('two');
  });

  test('what was undone cannot be undone twice', async () => {
    const ctx = await startTenant(db);
    const change = await newNote(ctx, randomUUID(), 'one');
    await undoChange(ctx, change!);
    await expect(undoChange(ctx, change!)).rejects.toMatchObject({ code: 'ALREADY_UNDONE' });
  });

  test('a redo of what another undo takes back is undone with it, and again only when that one is', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    const act = (await newNote(ctx, id, 'one'))!;
    const undo = async (change: number) => (await undoChange(ctx, change, { later: 'OVERWRITE' })).change!;
    const undoneBy = async (change: number) =>
      read(ctx, undefined, async (tx) => (await loadChanges(tx, [change])).get(change)!.undoneBy);
    const redo = await undo(await undo(act));
    expect(await undoneBy(redo)).toBeNull();
    const other = await undo(act);
    expect(await undoneBy(redo)).toBe(other);
    await expect(undo(redo)).rejects.toMatchObject({ code: 'ALREADY_UNDONE' });
    await undo(other);
    expect(await textOf(ctx, id)).toBe('one');
    await undo(redo);
    expect(await textOf(ctx, id)).toBeUndefined();
  });

  test('a preview returns the rows and writes nothing', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    const change = await newNote(ctx, id, 'one');
    const { preview, change: none } = await undoChange(ctx, change!, { preview: true });
    expect(none).toBeNull();
    expect(preview).toMatchObject({
      total: 1,
      rows: [{ kind: 'note', id, act: 'removed', before: { text: 'one' }, after: null }],
    });
    expect(await textOf(ctx, id)).toBe('one');
  });

  test('a diff of two moments shows before and after', async () => {
    const ctx = await startTenant(db);
    const [a, b] = [randomUUID(), randomUUID()];
    const from = await newNote(ctx, a, 'one');
    await newNote(ctx, a, 'two');
    const to = await newNote(ctx, b, 'new');
    const diff = await read(ctx, undefined, (tx) => rowChanges(tx, { from: from!, to: to!, first: 10 }));
    expect(diff).toMatchObject({ added: 1, changed: 1, removed: 0, total: 2, exact: true });
    expect(diff.rows.find(({ id }) => id === a)).toMatchObject({
      before: { text: 'one' },
      after: { text: 'two' },
    });
  });

  test('a repeated key gives the first outcome, another body is refused', async () => {
    const ctx = await startTenant(db);
    const run = (input: string) =>
      runCommand({ ...ctx, idempotencyKey: 'k' }, { action: 'note.written', input }, async (tx) => {
        const id = randomUUID();
        await tx.execute(sql`
          insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
          values (${ctx.scope.tenant}, ${id}, ${tx.change}, ${id}, ${input}, ${ctx.actor.id})`);
        return id;
      });
    const [one, two] = await Promise.all([run('a'), run('a')]);
    expect(two).toEqual(one);
    await expect(run('b')).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  test('a row that is written while it is being removed stands in one version at every moment', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await newNote(ctx, id, 'one');
    let removed: number | null = null;
    const { change } = await runCommand(ctx, { action: 'note.written' }, async (tx) => {
      // Begins later than this change and is committed before it.
      removed ??= await removeNote(ctx, id);
      await tx.execute(sql`
        insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
        values (${ctx.scope.tenant}, ${id}, ${tx.change}, ${id}, 'two', ${ctx.actor.id})
        on conflict (tenant_id, id) do update set text = excluded.text, since_change = excluded.since_change`);
    });
    expect(change).toBeGreaterThan(removed!);
    expect(await textOf(ctx, id, removed!)).toBeUndefined();
    expect(await textOf(ctx, id, change!)).toBe('two');
  });

  test('a moment is the last change at or before a time', async () => {
    const ctx = await startTenant(db);
    const change = await newNote(ctx, randomUUID(), 'one');
    expect((await resolveMoment(ctx, { time: new Date() })).change).toBe(change);
    expect((await resolveMoment(ctx, { change: change! })).change).toBe(change);
  });

  test('a moment above what may still appear is waited for, then refused', async () => {
    const ctx = await startTenant(db);
    const holder = await db.connect();
    try {
      await holder.query('begin; select pg_current_xact_id()');
      const change = await newNote(ctx, randomUUID(), 'one');
      await expect(resolveMoment(ctx, { change: change! })).rejects.toMatchObject({
        code: 'POSITION_NOT_READY',
        details: { retryAfter: 1 },
      });
      await holder.query('rollback');
      expect((await resolveMoment(ctx, { change: change! })).change).toBe(change);
    } finally {
      holder.release();
    }
  });

  test('a preview of too many rows is refused, and writes nothing', async () => {
    const ctx = await startTenant(db);
    const many = (count: number) =>
      runCommand(ctx, { action: 'note.written', preview: true }, (tx) =>
        tx.execute(sql`
          insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
          select ${ctx.scope.tenant}, gen_random_uuid(), ${tx.change}, ${ctx.actor.id}, 'x', ${ctx.actor.id}
          from generate_series(1, ${count}::int)`),
      );
    expect((await many(100)).preview).toMatchObject({ total: 100 });
    await expect(many(10_001)).rejects.toMatchObject({ code: 'PREVIEW_TOO_LARGE' });
  });
});

describe('the database refuses', () => {
  const attempt = (ctx: Context, statement: ReturnType<typeof sql>) =>
    inTransaction(db, { tenant: ctx.scope.tenant }, (tx) => tx.query(statement));

  test('a write outside of a change', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await expect(
      attempt(
        ctx,
        sql`insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
        values (${ctx.scope.tenant}, ${id}, 1, ${id}, 'x', ${id})`,
      ),
    ).rejects.toMatchObject({ code: 'SU003' });
  });

  test('a write under another change’s id', async () => {
    const ctx = await startTenant(db);
    const id = randomUUID();
    await expect(
      runCommand(ctx, { action: 'forged' }, (tx) =>
        tx.execute(sql`insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
          values (${ctx.scope.tenant}, ${id}, ${tx.change - 1}, ${id}, 'x', ${id})`),
      ),
    ).rejects.toMatchObject({ code: 'SU003' });
  });

  test('altering the log or history', async () => {
    const ctx = await startTenant(db);
    await newNote(ctx, randomUUID(), 'one');
    await expect(attempt(ctx, sql`update changes set summary = 'forged'`)).rejects.toMatchObject({
      code: 'SU002',
    });
    await expect(attempt(ctx, sql`update changes set at = now()`)).rejects.toMatchObject({ code: '42501' });
    await expect(attempt(ctx, sql`delete from changes`)).rejects.toMatchObject({ code: '42501' });
    await expect(attempt(ctx, sql`update history.notes set text = 'forged'`)).rejects.toMatchObject({
      code: '42501',
    });
    await expect(attempt(ctx, sql`delete from history.notes`)).rejects.toMatchObject({ code: '42501' });
    await expect(attempt(ctx, sql`truncate notes`)).rejects.toMatchObject({ code: '42501' });
    await expect(attempt(ctx, sql`select * from search.documents`)).rejects.toMatchObject({ code: '42501' });
  });

  test('another tenant’s rows', async () => {
    const [mine, theirs] = [await startTenant(db), await startTenant(db)];
    const id = randomUUID();
    await newNote(theirs, id, 'secret');
    const seen = await attempt(mine, sql`select from notes where id = ${id}`);
    expect(seen).toEqual([]);
    await expect(
      runCommand(mine, { action: 'forged' }, (tx) =>
        tx.execute(sql`insert into notes (tenant_id, id, since_change, investigation_id, text, made_by)
          values (${theirs.scope.tenant}, ${id}, ${tx.change}, ${id}, 'x', ${id})`),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('a change at READ COMMITTED', async () => {
    const ctx = await startTenant(db);
    const client = await db.connect();
    try {
      await client.query(`begin; set local summit.tenant = '${ctx.scope.tenant}'`);
      await expect(
        client.query(
          `insert into summit.changes (tenant_id, id, tx, at, actor_id, action) values ($1, 0, '0', now(), $1, 'x')`,
          [ctx.scope.tenant],
        ),
      ).rejects.toMatchObject({ code: 'SU001' });
      await client.query('rollback');
    } finally {
      client.release();
    }
  });
});
