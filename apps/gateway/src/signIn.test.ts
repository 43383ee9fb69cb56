import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const newBrowser = () => new Browser(gateway.uiPort);
const linkFor = (name: string) => {
  const user = gateway.upstream.addUser(name);
  return { user, path: `/auth/link/${gateway.upstream.addLink(user)}` };
};
const sessionOf = (browser: Browser) => browser.cookies.get(gateway.settings.cookies.session);

describe('a sign-in link', () => {
  test('signs in by the code flow with PKCE, state and nonce', async () => {
    const browser = newBrowser();
    const { user, path } = linkFor('Ada');
    const page = await browser.go(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Sign in</button>');

    const landed = await browser.pressSignIn(path);
    expect(landed.status).toBe(200);
    expect(landed.text).toContain('<title>app</title>');
    const asked = browser.visited.find((visited) => visited.startsWith('/oidc/auth?'))!;
    for (const part of ['code_challenge_method=S256', 'state=', 'nonce=', 'response_type=code']) {
      expect(asked).toContain(part);
    }
    expect(browser.visited.some((visited) => /^\/auth\/callback\?code=.+&state=/.test(visited))).toBe(true);

    const me = await browser.script('/auth/me');
    expect(me.json.user).toEqual(user);
    expect(sessionOf(browser)!.attributes).toMatch(/^Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const everywhere = [...browser.cookies].filter(([, { path: at }]) => at === '/').map(([name]) => name);
    expect(everywhere).toEqual([gateway.settings.cookies.session]);
    expect(gateway.failures).toEqual([]);
  });

  test('is not spent by looking at it, and signs in once', async () => {
    const { path } = linkFor('Ben');
    for (let previews = 0; previews < 3; previews++)
      await send(gateway.uiPort, path, { headers: { accept: 'text/html' } });
    await newBrowser().pressSignIn(path);
    const second = newBrowser();
    const refused = await second.pressSignIn(path);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('bin/summit signin-link');
    expect(sessionOf(second)).toBeUndefined();
  });

  test('cannot be pressed by another page', async () => {
    const { path } = linkFor('Cyd');
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const answer = await newBrowser().go(path, { method: 'POST', headers });
      expect(answer.status).toBe(403);
    }
  });

  test('moves to the public address first, because cookies belong to one name', async () => {
    const answer = await send(gateway.uiPort, '/auth/login?return=/a', {
      headers: { host: `127.0.0.1:${gateway.uiPort}` },
    });
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: `http://localhost:${gateway.uiPort}/auth/login?return=/a` },
    });
  });

  test('never stands in the access log', async () => {
    const { path } = linkFor('Dee');
    await newBrowser().pressSignIn(path);
    const token = path.split('/').at(-1)!;
    expect(gateway.lines.map(({ path: logged }) => logged)).toContain('/auth/link/…');
    expect(JSON.stringify(gateway.lines)).not.toContain(token);
  });
});

describe('signing in', () => {
  test('without a link says how to make one', async () => {
    const answer = await newBrowser().go('/auth/login');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<code>bin/summit signin-link</code>');
  });

  test('comes back to where it began, never to another site', async () => {
    const browser = newBrowser();
    const { path } = linkFor('Eve');
    await browser.pressSignIn(path);
    for (const [wanted, got] of [
      ['/investigations/7?view=chart', '/investigations/7?view=chart'],
      ['//evil.example', '/'],
      ['https://evil.example', '/'],
      ['/\\evil.example', '/'],
      ['/auth/logout', '/'],
    ]) {
      const { user } = linkFor('Eve again');
      const link = `/auth/link/${gateway.upstream.addLink(user)}`;
      await browser.once(link, { method: 'POST', headers: { origin: browser.origin } });
      await browser.go(`/auth/login?return=${encodeURIComponent(wanted!)}`);
      expect(browser.visited.at(-1)).toBe(got);
    }
  });

  test('a new sign-in makes a new session and ends the one before', async () => {
    const browser = newBrowser();
    await browser.pressSignIn(linkFor('Fay').path);
    const before = sessionOf(browser)!.value;
    const { user, path } = linkFor('Gil');
    await browser.pressSignIn(path);
    expect(sessionOf(browser)!.value).not.toBe(before);
    expect(gateway.upstream.sessions.has(before)).toBe(false);
    expect((await browser.script('/auth/me')).json.user.name).toBe(user.name);
  });

  test('a callback that this browser did not begin is refused', async () => {
    const answer = await newBrowser().go('/auth/callback?code=stolen&state=x');
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.text).toContain('Begin it again');
    const asScript = await send(gateway.uiPort, '/auth/callback?code=stolen&state=x');
    expect(asScript.json.error.code).toBe('SIGN_IN_FAILED');
  });

  test('a callback with another state, issuer or code is refused', async () => {
    const iss = encodeURIComponent(`${gateway.settings.publicUrl.origin}/oidc`);
    for (const change of [
      (url: string) => url.replace(/state=[^&]+/, 'state=other'),
      (url: string) => url.replace(/code=[^&]+/, 'code=guessed'),
      (url: string) => url.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'),
    ]) {
      const browser = newBrowser();
      const { path } = linkFor('Hal');
      let answer = await browser.once(path, { method: 'POST', headers: { origin: browser.origin } });
      while (!answer.headers.location!.includes('/auth/callback')) {
        const next = new URL(answer.headers.location!, browser.origin);
        answer = await browser.once(next.pathname + next.search);
      }
      const callback = new URL(answer.headers.location!, browser.origin);
      expect(callback.search).toContain(`iss=${iss}`);
      const refused = await browser.once(change(callback.pathname + callback.search));
      expect(refused.status).toBe(400);
      expect(sessionOf(browser)).toBeUndefined();
    }
  });

  test('the same callback twice signs in once', async () => {
    const browser = newBrowser();
    await browser.pressSignIn(linkFor('Ivy').path);
    const callback = browser.visited.find((visited) => visited.startsWith('/auth/callback'))!;
    expect((await browser.go(callback)).status).toBe(400);
  });

  test('token and key endpoints of the provider answer to no browser', async () => {
    for (const path of [
      '/oidc/token',
      '/oidc/jwks',
      '/oidc/.well-known/openid-configuration',
      '/oidc/session/end',
    ]) {
      expect((await newBrowser().go(path)).status).toBe(404);
    }
  });

  test('an interrupted interaction begins again', async () => {
    expect((await newBrowser().go('/oidc/interaction/aaaaaaaaaaaaaaaaaaaa')).status).toBe(400);
    const resumed = await newBrowser().go('/oidc/auth/aaaaaaaaaaaaaaaaaaaa');
    expect(resumed.status).toBe(400);
    expect(resumed.text).toContain('href="/auth/login"');
  });
});

describe('a session', () => {
  test('ends at signing out', async () => {
    const browser = newBrowser();
    await browser.pressSignIn(linkFor('Jan').path);
    const { value } = sessionOf(browser)!;
    expect((await browser.script('/auth/logout', { method: 'POST' })).json).toEqual({ signedOut: true });
    expect(sessionOf(browser)).toBeUndefined();
    const replayed = await send(gateway.uiPort, '/auth/me', {
      headers: { cookie: `${gateway.settings.cookies.session}=${value}` },
    });
    expect(replayed.json.error).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('signing out needs our own page', async () => {
    const browser = newBrowser();
    await browser.pressSignIn(linkFor('Kim').path);
    expect((await browser.once('/auth/logout', { method: 'POST' })).status).toBe(403);
    expect((await browser.once('/auth/logout')).status).toBe(405);
    expect((await browser.script('/auth/me')).status).toBe(200);
  });

  test('is asked for without an error: nobody is an answer', async () => {
    const browser = newBrowser();
    const nobody = await browser.script('/auth/session');
    expect(nobody).toMatchObject({ status: 200, json: { user: null } });
    expect(nobody.headers['cache-control']).toBe('no-store');
    const { user, path } = linkFor('Lou');
    await browser.pressSignIn(path);
    const somebody = await browser.script('/auth/session');
    expect(somebody.json).toEqual((await browser.script('/auth/me')).json);
    expect(somebody.json.user).toEqual(user);
    await browser.script('/auth/logout', { method: 'POST' });
    expect((await browser.script('/auth/session')).json).toEqual({ user: null });
    expect((await browser.script('/auth/me')).status).toBe(401);
  });

  test('gets its next id where one is due', async () => {
    const browser = newBrowser();
    const { user, path } = linkFor('Lea');
    await browser.pressSignIn(path);
    const before = sessionOf(browser)!.value;
    gateway.upstream.state.rotationDue = true;
    await browser.script('/auth/me');
    const second = sessionOf(browser)!.value;
    expect(second).not.toBe(before);
    gateway.upstream.state.rotationDue = true;
    await browser.script('/graphql', { method: 'POST', body: '{}' });
    expect(sessionOf(browser)!.value).not.toBe(second);
    expect((await browser.script('/auth/me')).json.user.id).toBe(user.id);
  });

  test('keeps its id where the next one cannot be had, which is reported, and gets it later', async () => {
    const browser = newBrowser();
    const { user, path } = linkFor('Kim');
    await browser.pressSignIn(path);
    const before = sessionOf(browser)!.value;
    Object.assign(gateway.upstream.state, { rotationDue: true, rotationFails: true });
    expect((await browser.script('/auth/me')).json.user).toEqual(user);
    expect(sessionOf(browser)!.value).toBe(before);
    expect(gateway.failures.splice(0)).toMatchObject([
      { error: { code: 'DATABASE_UNAVAILABLE' }, what: 'a session did not get its next id' },
    ]);
    gateway.upstream.state.rotationFails = false;
    await browser.script('/auth/me');
    expect(sessionOf(browser)!.value).not.toBe(before);
  });

  test('two cookies of its name count as none', async () => {
    const session = gateway.upstream.addSession(gateway.upstream.addUser('Mia'));
    const name = gateway.settings.cookies.session;
    const answer = await send(gateway.uiPort, '/auth/me', {
      headers: { cookie: `${name}=${session}; ${name}=tossed` },
    });
    expect(answer.status).toBe(401);
  });
});
