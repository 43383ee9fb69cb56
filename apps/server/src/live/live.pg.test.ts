import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createLogger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { graphqlHost } from '../graphql/host.ts';
import { readLimits } from '../graphql/limits.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext, untilGone } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { createInvestigation, updateInvestigation } from '../investigation/investigation.commands.ts';
import { addItems } from '../investigation/items.commands.ts';
import { createEntity, updateEntity } from '../investigation/notebook.commands.ts';
import { writeNote } from '../investigation/notes.commands.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { newSource, removeRecords } from '../judgement/testing.ts';
import { liveFeed } from './feed.ts';

const { db, ownerUrl } = await testDatabase();
afterAll(() => liveFeed(db).stop());

const open = async (ctx: Context) => (await createInvestigation(ctx, { title: 'Harbour' })).result;
const follow = (ctx: Context, id: string) => liveFeed(db).follow(ctx, id);
const next = async (stream: Awaited<ReturnType<typeof follow>>) => (await stream.next()).value;

describe('who follows a case', () => {
  test('is told what is done in it, once each', async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    const stream = await follow(ctx, id);
    const { result: note, change } = await writeNote(ctx, { investigationId: id, text: 'Look' });
    expect(await next(stream)).toMatchObject({
      change,
      actorId: ctx.actor.id,
      summary: 'Wrote a note: Look',
      touched: [{ kind: 'note', id: note }],
    });
    const { result: made } = await createEntity(ctx, {
      investigationId: id,
      schema: 'Person',
      properties: [],
    });
    const told = await next(stream);
    expect(told!.touched.map(({ kind, id: each }) => [kind, each])).toEqual([['record', made]]);
    await stream.return();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('is told what imports and judgements say of its entities, and nothing of others', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const id = await open(ctx);
    await addItems(ctx, { investigationId: id, items: [{ entityId: a }] });
    const stream = await follow(ctx, id);
    await newSource(ctx, 'two', ['C']);
    await open(other);
    await open(ctx);
    const { change: judged } = await recordJudgement(ctx, { left: a, right: b, verdict: 'same' });
    expect((await next(stream))!.change).toBe(judged);
    const removed = await removeRecords(ctx, [b]);
    expect(await next(stream)).toMatchObject({ change: removed, touched: [{ kind: 'record', id: b }] });
    await stream.return();
  });

  test('is told nothing of what it does not see', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const [hidden] = (await newSource(ctx, 'secret', ['H'], { marking: 4 })) as [string];
    const id = await open(ctx);
    await addItems(ctx, { investigationId: id, items: [{ entityId: a }] });
    const stream = await follow(low, id);
    await recordJudgement(ctx, { left: a, right: hidden, verdict: 'same' });
    const { change } = await writeNote(ctx, { investigationId: id, text: 'seen' });
    expect((await next(stream))!.change).toBe(change);
    await updateInvestigation(ctx, { id, marking: 'TLP:RED' });
    expect((await stream.next()).done).toBe(true);
  });

  test('is told of no hidden record, nor of what only a hidden one joins to the case', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const [c, d] = (await newSource(ctx, 'two', ['C', 'D'])) as [string, string];
    const [hidden] = (await newSource(ctx, 'secret', ['H'], { marking: 4 })) as [string];
    const id = await open(ctx);
    await addItems(ctx, { investigationId: id, items: [{ entityId: a }] });
    for (const [left, right] of [
      [a, hidden],
      [hidden, c],
      [c, d],
      [a, b],
    ] as const)
      await recordJudgement(ctx, { left, right, verdict: 'same' });
    const stream = await follow(low, id);

    const value = (record: string, value: string) => ({ record, property: 'name', value });
    const { change } = await updateEntity(ctx, {
      ...{ investigationId: id, id: a },
      reject: [value(b, 'B'), value(hidden, 'H')],
    });
    const told = (await next(stream))!;
    expect(told.change).toBe(change);
    expect(told.touched.map((each) => each.id).sort()).toEqual([a, b].sort());

    await removeRecords(ctx, [c]);
    await removeRecords(ctx, [d]);
    const removed = await removeRecords(ctx, [b]);
    expect(await next(stream)).toMatchObject({ change: removed, touched: [{ kind: 'record', id: b }] });
    await stream.return();
  });

  test('is refused for a case that is not there', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    await expect(follow(ctx, await open(other))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(follow(ctx, 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('leaves nothing behind when it cannot begin', async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    await (await follow(ctx, id)).return();
    const before = await following();
    const away = new Database({ url: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(liveFeed(db).follow({ ...ctx, db: away }, id)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    expect(await following()).toBe(before);
    await away.close();
  });

  test('is told to come again while the database does not let anybody listen, and is served once it does', {
    timeout: 40_000,
  }, async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    // Accepts connections and says nothing until it is told to pass them on.
    const waiting: Socket[] = [];
    const { port: real } = new URL(ownerUrl);
    const pass = (socket: Socket) => {
      const onward = connect(Number(real), '127.0.0.1');
      for (const each of [socket, onward]) each.on('error', () => {});
      socket.pipe(onward).pipe(socket);
    };
    let letsIn = false;
    const door = createTcpServer((socket) => (letsIn ? pass(socket) : waiting.push(socket)));
    await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
    const url = new URL(ownerUrl);
    url.host = `127.0.0.1:${(door.address() as AddressInfo).port}`;
    const slow = new Database({ url: url.href });
    try {
      const feed = liveFeed(slow);
      await expect(feed.follow(ctx, id)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      letsIn = true;
      for (const socket of waiting) pass(socket);
      const stream = await feed.follow(ctx, id);
      const { change } = await writeNote(ctx, { investigationId: id, text: 'Look' });
      expect((await next(stream))!.change).toBe(change);
      await feed.stop();
    } finally {
      await slow.close();
      door.close();
    }
  });

  test('misses nothing when the connection is lost', async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    const stream = await follow(ctx, id);
    const admin = new pg.Client({ connectionString: ownerUrl });
    await admin.connect();
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'summit-live-feed' and datname = current_database()`);
    await admin.end();
    const { change } = await writeNote(ctx, { investigationId: id, text: 'while away' });
    expect((await next(stream))!.change).toBe(change);
    await stream.return();
  });

  test('is cut off when disabled', { timeout: 30_000 }, async () => {
    const ctx = await startTenant(db);
    const ben = await joinTenant(ctx);
    const id = await open(ctx);
    const stream = await follow(ben, id);
    await runCommand(ctx, { action: 'user.disabled' }, (tx) =>
      tx.execute(sql`
        update users set disabled_at = now(), since_change = ${tx.change}
        where tenant_id = ${ctx.scope.tenant} and id = ${ben.actor.id}`),
    );
    expect((await stream.next()).done).toBe(true);
  });
});

/** The API of one person, and the words of whoever follows a case over it. */
async function serve(ctx: Context, id: string) {
  const host = graphqlHost({
    schema: executableSchema(nouns),
    limits: readLimits(),
    introspection: false,
    log: createLogger('test', 'fatal'),
  });
  const server = createServer((request, response) => {
    void host(request, response, requestContext(ctx, untilGone(response)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    ask: (signal: AbortSignal) =>
      fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({
          query: `subscription { investigationChanged(investigationId: "${id}") { id summary actor { name } touched { kind id } } }`,
        }),
        signal,
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const following = async () => (await metrics.subscriptions.get()).values[0]?.value ?? 0;

test('hears of it over SSE, through GraphQL', async () => {
  const ctx = await startTenant(db);
  const id = await open(ctx);
  const api = await serve(ctx, id);
  const stop = new AbortController();
  try {
    const answer = await api.ask(stop.signal);
    const chunks = answer.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    const { result } = await writeNote(ctx, { investigationId: id, text: 'Look' });
    let text = '';
    while (!text.includes('"summary"')) text += (await chunks.next()).value ?? '';
    expect(text).toContain('event: next');
    expect(text).toContain('"summary":"Wrote a note: Look"');
    expect(text).toContain(`"touched":[{"kind":"note","id":"${result}"}]`);

    expect(await following()).toBe(1);
    stop.abort();
    await expect.poll(following).toBe(0);
  } finally {
    stop.abort();
    api.close();
  }
});

test('is let go of when it hangs up while its stream is being opened', async () => {
  const ctx = await startTenant(db);
  const id = await open(ctx);
  await (await follow(ctx, id)).return();
  const api = await serve(ctx, id);
  const gone = Promise.withResolvers<void>();
  api.server.prependListener('request', (_, response) => response.once('close', gone.resolve));
  const holder = new pg.Client({ connectionString: ownerUrl });
  await holder.connect();
  const stop = new AbortController();
  try {
    // The case is not read before the lock is let go of.
    await holder.query('begin');
    await holder.query('lock table summit.investigations in access exclusive mode');
    const answer = api.ask(stop.signal);
    answer.catch(() => {});
    await expect.poll(following, { timeout: 20_000 }).toBe(1);
    stop.abort();
    await gone.promise;
    await holder.query('commit');
    await expect.poll(following, { timeout: 20_000 }).toBe(0);
  } finally {
    await holder.end();
    api.close();
  }
});
