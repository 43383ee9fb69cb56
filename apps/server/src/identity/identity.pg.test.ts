import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorBody, toPublic } from '@summit/process/errors';
import { type InternalIdentity, signInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../database/database.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { handleIdentity } from './identity.http.ts';
import { identityCommands } from './identity.operator.ts';
import { embeddedIssuer, hashOf, sessionHash } from './identity.ts';
import { queryRows } from './queryRows.ts';

const sessionSecret = 'a session secret of this test, long enough';
const keys = internalKeys('a jwt secret of this test, long enough too');
const nobody = '00000000-0000-0000-0000-000000000000';

let at: TestDatabase;
let owner: Database;
let close: () => Promise<void>;
let base: string;

beforeAll(async () => {
  at = await testDatabase();
  owner = new Database({ url: at.ownerUrl, asOwner: true, writeSize: 2, readSize: 1 });
  const parts = { db: at.db, isDatabaseThere: async () => {}, sessionSecret, publicKey: keys.publicKey };
  const server = createServer((request, response) => {
    handleIdentity(request, response, parts).catch((error) => {
      const told = toPublic(error, 'r-1');
      response.writeHead(told.status).end(errorBody(told));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/identity/`;
  close = () => new Promise((done) => server.close(() => done()));
});

afterAll(async () => {
  await close();
  await owner.close();
});

const gatewayToken = (scope: InternalIdentity['scope'] = 'gateway') =>
  signInternal(
    { sub: nobody, tenant: nobody, name: 'gateway', roles: [], clearance: 'TLP:CLEAR', scope },
    keys.privateKey,
  );

async function ask(name: string, body: object | string, token = gatewayToken()) {
  const response = await fetch(base + name, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared below
  return { status: response.status, body: (await response.json()) as any };
}

/** As the owner, past every rule of ours: how tests turn clocks back and look at what is stored. */
const admin = (text: string, values: unknown[] = []) =>
  queryRows<Record<string, unknown>>(owner, text, values);

const command = (name: string, ...words: string[]) => {
  const parts = { db: owner, publicUrl: 'http://localhost:3000', positionSecret: new Uint8Array(32) };
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared below
  return identityCommands[name]!.run(words, parts) as Promise<any>;
};

const tokenOf = (link: { url: string }) => link.url.split('/').at(-1)!;

async function signIn(user: { tenant: string; id: string }) {
  const { body } = await ask('session-create', {
    issuer: embeddedIssuer,
    subject: `${user.tenant}/${user.id}`,
    clientInfo: 'test',
  });
  return body.session as string;
}

const resolves = async (session: string) => (await ask('session-resolve', { session })).status === 200;

let counter = 0;
/** A person of the first tenant. */
async function person(...words: string[]) {
  counter += 1;
  const { user } = await command('user-add', `Person ${counter}`, ...words);
  return user as { id: string; tenant: string; name: string };
}

/** Moves a session's clock back, as if time had passed. */
const age = (session: string, columns: string) =>
  admin(`update operations.sessions set ${columns} where hash = $1`, [sessionHash(session, sessionSecret)]);

describe('operator commands', () => {
  test('the first sign-in link founds the tenant and its owner, the second finds them', async () => {
    const first = await command('signin-link');
    const second = await command('signin-link');
    expect(first.url).toMatch(/^http:\/\/localhost:3000\/auth\/link\/[\w-]{43}$/);
    expect(second.user).toEqual(first.user);
    const { users } = await command('user-list');
    expect(users).toMatchObject([
      { name: 'Owner', roles: ['owner'], clearance: 'TLP:RED', disabledAt: null },
    ]);
    const rows = await admin('select count(*)::int as links from operations.signin_links');
    expect(rows[0]!.links).toBe(2);
  });

  test('adding a person is a change, and a name is taken once', async () => {
    const user = await person('--role', 'reader', '--clearance', 'TLP:AMBER');
    const rows = await admin(
      'select action, summary from summit.changes where id = (select since_change from summit.users where id = $1 and tenant_id = $2)',
      [user.id, user.tenant],
    );
    expect(rows).toEqual([{ action: 'user.added', summary: `Added ${user.name} as reader` }]);
    await expect(command('user-add', user.name)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(command('user-add', 'Zed', '--role', 'king')).rejects.toThrow(
      /role is one of owner, analyst/,
    );
    await expect(command('user-add')).rejects.toThrow(/give exactly a name/);
    await expect(command('signin-link', '--user', 'Nobody')).rejects.toThrow(/There is: Owner/);
  });

  test('a token is shown once, listed without itself, and revoked by name', async () => {
    const { token } = await command(
      'token-create',
      '--name',
      'nightly',
      '--role',
      'owner',
      '--scope',
      'smoke',
    );
    expect((await ask('token-resolve', { token })).body).toMatchObject({
      user: { name: 'Owner', roles: ['owner'], clearance: 'TLP:RED' },
      scopes: ['smoke'],
    });
    const { tokens } = await command('token-list');
    expect(JSON.stringify(tokens)).not.toContain(token);
    expect(tokens).toMatchObject([{ name: 'nightly', user: 'Owner', revokedAt: null }]);
    await command('token-revoke', 'nightly');
    expect((await ask('token-resolve', { token })).status).toBe(401);
    await expect(command('token-create', '--name', 'x', '--scope', 'read')).rejects.toThrow(
      /scope is one of smoke, not "read"/,
    );
    await expect(command('token-revoke', 'nightly')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('sign-in links', () => {
  test('of two at once exactly one signs in, and every later use hears the same words', async () => {
    const link = tokenOf(await command('signin-link'));
    const both = await Promise.all([
      ask('redeem-link', { token: link }),
      ask('redeem-link', { token: link }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const replayed = await ask('redeem-link', { token: link });
    const unknown = await ask('redeem-link', { token: 'x'.repeat(43) });
    expect(replayed).toEqual(unknown);
    expect(replayed.body.error).toMatchObject({ code: 'LINK_SPENT' });
  });

  test('after 15 minutes it is of no use, nor when its user was disabled', async () => {
    const late = tokenOf(await command('signin-link'));
    await admin(
      "update operations.signin_links set expires_at = expires_at - interval '15 minutes' where hash = $1",
      [hashOf(late)],
    );
    expect((await ask('redeem-link', { token: late })).status).toBe(401);

    const user = await person();
    const link = tokenOf(await command('signin-link', '--user', user.name));
    await command('user-disable', user.name);
    expect((await ask('redeem-link', { token: link })).status).toBe(401);
  });
});

describe('sessions', () => {
  test('resolves to the user as it is now, until it is revoked', async () => {
    const session = await signIn(await person('--role', 'reader'));
    const { body } = await ask('session-resolve', { session });
    expect(body).toMatchObject({ user: { roles: ['reader'] }, rotationDue: false });
    expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    await ask('session-revoke', { session });
    expect(await ask('session-resolve', { session })).toMatchObject({
      status: 401,
      body: { error: { code: 'UNAUTHENTICATED' } },
    });
  });

  test('ends after 8 idle hours, after 7 days, and at once when its user is disabled', async () => {
    const user = await person();
    const [idle, old, cut] = [await signIn(user), await signIn(user), await signIn(user)];
    await age(idle, "seen_at = clock_timestamp() - interval '8 hours'");
    await age(old, 'ends_at = clock_timestamp()');
    expect(await resolves(idle)).toBe(false);
    expect(await resolves(old)).toBe(false);
    expect(await resolves(cut)).toBe(true);
    await command('user-disable', user.name);
    expect(await resolves(cut)).toBe(false);
    await command('user-enable', user.name);
    expect(await resolves(cut)).toBe(true);
  });

  test('rotates after an hour; an answer that got lost signs nobody out', async () => {
    const first = await signIn(await person());
    await age(first, "hash_since = clock_timestamp() - interval '61 minutes'");
    expect((await ask('session-resolve', { session: first })).body.rotationDue).toBe(true);

    const lost = (await ask('session-rotate', { session: first })).body.session as string;
    expect(lost).toMatch(/^[\w-]{43}$/);
    expect((await ask('session-rotate', { session: first })).body.session).toBeNull();
    expect(await resolves(first)).toBe(true);

    await age(first, "next_at = clock_timestamp() - interval '2 minutes'");
    const second = (await ask('session-rotate', { session: first })).body.session as string;
    expect(await resolves(second)).toBe(true);
    expect(await resolves(lost)).toBe(false);
    // Requests that were in flight still carry the old one.
    expect(await resolves(first)).toBe(true);
    expect(await resolves(second)).toBe(true);
  });

  test('a copy of the old id, used later, ends the session for both', async () => {
    const first = await signIn(await person());
    const second = (await ask('session-rotate', { session: first })).body.session as string;
    expect(await resolves(second)).toBe(true);
    await age(second, "hash_since = clock_timestamp() - interval '31 seconds'");
    expect(await resolves(first)).toBe(false);
    expect(await resolves(second)).toBe(false);
    const rows = await admin('select revoked_for from operations.sessions where hash = $1', [
      sessionHash(second, sessionSecret),
    ]);
    expect(rows).toEqual([{ revoked_for: 'replayed' }]);
  });

  test('an open stream is checked by the session itself, which is neither a replay nor activity', async () => {
    const user = await person();
    const first = await signIn(user);
    const { sessionId } = (await ask('session-resolve', { session: first })).body;
    const second = (await ask('session-rotate', { session: first })).body.session as string;
    expect(await resolves(second)).toBe(true);
    await age(
      second,
      "hash_since = clock_timestamp() - interval '1 hour', seen_at = clock_timestamp() - interval '7 hours'",
    );
    const check = () => ask('session-check', { sessionId });
    expect((await check()).body.user.id).toBe(user.id);
    await age(second, "seen_at = clock_timestamp() - interval '8 hours'");
    expect((await check()).status).toBe(401);
    await age(second, 'seen_at = clock_timestamp()');
    expect((await check()).status).toBe(200);
    await ask('session-revoke', { session: second });
    expect((await check()).status).toBe(401);
    expect((await ask('session-check', { sessionId: first })).status).toBe(400);
  });

  test('is stored under the session secret only', async () => {
    const session = await signIn(await person());
    const rows = await admin('select hash from operations.sessions order by started_at desc limit 1');
    expect(rows[0]!.hash).not.toEqual(hashOf(session));
    expect(rows[0]!.hash).toEqual(sessionHash(session, sessionSecret));
  });
});

describe("a company's provider", () => {
  const signInAt = (subject: string, email?: string) =>
    ask('session-create', {
      issuer: 'https://id.example',
      subject,
      clientInfo: '',
      ...(email && { email }),
    });

  test('is believed about an invited address once, then about its own subject', async () => {
    const user = await person('--email', 'Grace@Example.org');
    expect((await signInAt('s-1', 'grace@example.org')).body.user.id).toBe(user.id);
    expect((await signInAt('s-1')).body.user.id).toBe(user.id);
    expect(await signInAt('s-2', 'grace@example.org')).toMatchObject({
      status: 403,
      body: { error: { code: 'SIGN_IN_NOT_INVITED' } },
    });
  });

  test('signs in nobody who was not invited, and chooses between no two', async () => {
    expect((await signInAt('s-3')).status).toBe(403);
    await person('--email', 'twice@example.org');
    await person('--email', 'twice@example.org');
    expect((await signInAt('s-4', 'twice@example.org')).status).toBe(403);
  });
});

describe('tokens', () => {
  test('may do what its user may do today and no more than it was made for', async () => {
    const user = await person('--role', 'owner,analyst');
    const { token } = await command('token-create', '--name', 't', '--user', user.name, '--role', 'analyst');
    expect((await ask('token-resolve', { token })).body.user).toMatchObject({
      id: user.id,
      roles: ['analyst'],
    });
    const wide = await command(
      'token-create',
      '--name',
      'w',
      '--user',
      user.name,
      '--role',
      'analyst,operator',
    );
    expect((await ask('token-resolve', { token: wide.token })).body.user.roles).toEqual(['analyst']);
    await command('user-disable', user.name);
    expect((await ask('token-resolve', { token })).status).toBe(401);
  });

  test('ends with its days', async () => {
    const { token, id } = await command('token-create', '--name', 'short', '--days', '1');
    expect((await ask('token-resolve', { token })).status).toBe(200);
    await admin('update operations.api_tokens set expires_at = clock_timestamp() where id = $1', [id]);
    expect((await ask('token-resolve', { token })).status).toBe(401);
    await expect(command('token-create', '--name', 'x', '--days', '0')).rejects.toThrow(/--days/);
  });
});

describe('the door', () => {
  test('opens to the gateway alone', async () => {
    const user = await ask('token-resolve', { token: 'x' }, gatewayToken('user'));
    const forged = await ask('token-resolve', { token: 'x' }, `${gatewayToken().slice(0, -4)}AAAA`);
    const nothing = await ask('token-resolve', { token: 'x' }, 'none');
    for (const answer of [user, forged, nothing]) {
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
    }
  });

  test.each([
    ['an unknown action', 'constructor', {}, 404, 'NOT_FOUND'],
    ['another shape', 'token-resolve', { token: 7 }, 400, 'INPUT_INVALID'],
    ['no JSON', 'token-resolve', '{', 400, 'INPUT_INVALID'],
    ['a flood', 'token-resolve', { token: 'x'.repeat(20_000) }, 413, 'TOO_LARGE'],
  ])('refuses %s', async (_what, name, body, status, code) => {
    expect(await ask(name, body)).toMatchObject({ status, body: { error: { code } } });
  });

  test('refuses to be read', async () => {
    const response = await fetch(`${base}token-resolve`, {
      headers: { authorization: `Bearer ${gatewayToken()}` },
    });
    expect(response.status).toBe(405);
  });
});

describe('the app role', () => {
  test.each(['sessions', 'signin_links', 'api_tokens'])(
    'cannot read, write or list operations.%s',
    async (table) => {
      const client = await at.db.connect();
      try {
        for (const statement of [
          `select * from operations.${table}`,
          `select count(*) from operations.${table}`,
          `delete from operations.${table}`,
          `insert into operations.${table} default values`,
        ]) {
          await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
        }
      } finally {
        client.release();
      }
    },
  );

  test('sees no user without a tenant, and no other role may ask who somebody is', async () => {
    const client = await at.db.connect();
    try {
      await expect(client.query('select * from summit.users')).rejects.toThrow();
    } finally {
      client.release();
    }
    const rows = await admin(
      `select proname from pg_proc p where pronamespace = 'operations'::regnamespace and prosecdef
         and (not coalesce(array_to_string(proconfig, ',') like '%search_path=""%', false)
           or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))`,
    );
    expect(rows).toEqual([]);
  });
});
