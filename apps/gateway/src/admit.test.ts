import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { memoryCounters } from './counters.memory.ts';
import { Browser, send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

describe('counters', () => {
  test('open a window with the first request of a key and say when it ends', () => {
    let now = 0;
    const counters = memoryCounters(2, 10_000, () => now);
    expect([counters.take('a'), counters.take('a')].map(({ allowed }) => allowed)).toEqual([true, true]);
    now = 7_500;
    expect(counters.take('a')).toEqual({ allowed: false, retryAfterSeconds: 3 });
    expect(counters.take('b').allowed).toBe(true);
    expect(counters.peek('a').allowed).toBe(false);
    now = 10_000;
    expect(counters.peek('a').allowed).toBe(true);
    expect(counters.take('a').allowed).toBe(true);
  });

  test('take over what others have counted, and never count back within a window', () => {
    let now = 0;
    const counters = memoryCounters(10, 10_000, () => now);
    expect(counters.standing('a')).toBeUndefined();
    expect(counters.learn('a', { count: 7, leftMs: 4_000 })).toEqual({ allowed: true, retryAfterSeconds: 4 });
    counters.learn('a', { count: 5, leftMs: 4_000 });
    counters.take('a');
    expect(counters.standing('a')).toEqual({ count: 8, leftMs: 4_000 });
    now = 4_000;
    expect(counters.standing('a')).toBeUndefined();
  });

  test('a flood of keys takes no more room than 50,000 of them', () => {
    const counters = memoryCounters(1, 60_000);
    for (let key = 0; key < 300_000; key++) counters.take(`address:${key}`);
    expect(counters.size).toBeLessThanOrEqual(50_000);
    expect(counters.take('address:299999').allowed).toBe(false);
  });
});

describe('limits', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ rate: { max: 5, backgroundMax: 2, windowMs: 60_000 } });
  });
  afterAll(() => gateway.stop());

  const newToken = (scopes?: string[]) => gateway.upstream.addToken(gateway.upstream.addUser('Ada'), scopes);
  const ask = (token: string, path = '/api/x', method = 'GET') =>
    send(gateway.apiPort, path, { method, headers: { authorization: `Bearer ${token}` } });
  const repeat = async (times: number, run: () => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time++) statuses.push((await run()).status);
    return statuses;
  };

  test('count per principal and say when to come again', async () => {
    const [first, second] = [newToken(), newToken()];
    expect(await repeat(5, () => ask(first))).toEqual([200, 200, 200, 200, 200]);
    const refused = await ask(first);
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'RATE_LIMITED' } } });
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.json.error.retryAfter).toBe(wait);
    expect((await ask(second)).status).toBe(200);
  });

  test('count imports and exports against their own limit', async () => {
    const token = newToken();
    expect(await repeat(3, () => ask(token, '/api/imports', 'POST'))).toEqual([200, 200, 429]);
    expect((await ask(token, '/api/imports/1/rejects')).status).toBe(200);
  });

  test('let health and smoke tests through', async () => {
    const smoke = newToken(['smoke']);
    expect(new Set(await repeat(12, () => ask(smoke)))).toEqual(new Set([200]));
    expect(new Set(await repeat(12, () => send(gateway.apiPort, '/health/ready')))).toEqual(new Set([200]));
  });

  test('count sign-ins by address', async () => {
    const statuses = await repeat(7, () => new Browser(gateway.uiPort).once('/auth/login'));
    expect(statuses.slice(0, 3)).toEqual([303, 303, 303]);
    expect(statuses.at(-1)).toBe(429);
  });

  test('stop guessing before the server is asked, and leave known callers alone', async () => {
    const known = newToken();
    expect((await ask(known)).status).toBe(200);
    const guess = () => ask(`smt_${'g'.repeat(43)}`);
    expect(await repeat(7, guess)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    gateway.upstream.asked.length = 0;
    await guess();
    expect(gateway.upstream.asked).toEqual([]);
    expect((await ask(known)).status).toBe(200);
  });
});

test('no header about where a caller comes from is believed', async () => {
  const gateway = await startTestGateway({ rate: { max: 5, backgroundMax: 5, windowMs: 60_000 } });
  const forged = (n: number) => ({
    'x-forwarded-for': `10.0.0.${n}`,
    'x-real-ip': `10.0.0.${n}`,
    forwarded: `for=10.0.0.${n};proto=https`,
    'x-forwarded-proto': 'https',
  });
  const login = async (n: number) =>
    (await send(gateway.uiPort, '/auth/login', { headers: forged(n) })).status;
  const guess = async (n: number) => {
    const headers = {
      ...forged(n),
      authorization: `Bearer smt_${'f'.repeat(43)}`,
      'content-type': 'application/json',
    };
    return (await send(gateway.apiPort, '/graphql', { method: 'POST', headers, body: '{}' })).status;
  };
  for (const ask of [login, guess]) {
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) statuses.push(await ask(n));
    expect(statuses.at(-1)).toBe(429);
  }
  await gateway.stop();
});

test('who guesses sessions is stopped, also by the question that answers nobody', async () => {
  const gateway = await startTestGateway({ rate: { max: 5, backgroundMax: 5, windowMs: 60_000 } });
  const headers = {
    cookie: `${gateway.settings.cookies.session}=${'g'.repeat(43)}`,
    'x-summit-request': '1',
  };
  const guess = () => send(gateway.uiPort, '/auth/session', { headers });
  const statuses: number[] = [];
  for (let n = 0; n < 7; n++) statuses.push((await guess()).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  gateway.upstream.asked.length = 0;
  await guess();
  expect(gateway.upstream.asked).toEqual([]);
  await gateway.stop();
});

test('who was good of late is let through while others guess at the same address, and nobody else', async () => {
  const gateway = await startTestGateway({ rate: { max: 8, backgroundMax: 8, windowMs: 60_000 } });
  const { upstream } = gateway;
  const newUser = () => upstream.addUser('Ada');
  const [token, lost, unmet] = [newUser(), newUser(), newUser()].map((user) => upstream.addToken(user));
  const ask = async (credential: string) => {
    const headers = { authorization: `Bearer ${credential}` };
    return (await send(gateway.apiPort, '/api/x', { headers })).status;
  };
  const me = (session: string) => {
    const headers = { cookie: `${gateway.settings.cookies.session}=${session}`, 'x-summit-request': '1' };
    return send(gateway.uiPort, '/auth/me', { headers });
  };
  const session = upstream.addSession(newUser());
  expect([await ask(token!), await ask(lost!)]).toEqual([200, 200]);
  // The next id of a session is given out here, and has not come back yet.
  upstream.state.rotationDue = true;
  const [cookie] = (await me(session)).headers['set-cookie']!;
  const [, next] = /=([^;]+)/.exec(cookie!)!;
  let refused = 0;
  for (let n = 0; refused !== 429; n++) refused = await ask(`smt_${`${n}`.padStart(43, 'g')}`);
  // Longer than answers are remembered.
  await new Promise((done) => setTimeout(done, 2_100));

  upstream.asked.length = 0;
  expect([await ask(token!), (await me(next!)).status, (await me(session)).status]).toEqual([200, 200, 200]);
  expect(upstream.asked).toEqual(['token-resolve', 'session-resolve', 'session-resolve']);
  expect([await ask(unmet!), (await me(upstream.addSession(newUser()))).status]).toEqual([429, 429]);
  upstream.tokens.delete(lost!);
  expect([await ask(lost!), await ask(lost!)]).toEqual([401, 429]);
  await gateway.stop();
});

test('one principal has at most 200 requests open; others are not disturbed', async () => {
  const gateway = await startTestGateway();
  const newToken = () => gateway.upstream.addToken(gateway.upstream.addUser('Ada'));
  const hang = newToken();
  const abort = new AbortController();
  const url = `http://127.0.0.1:${gateway.apiPort}`;
  const headers = { authorization: `Bearer ${hang}` };
  const open = Array.from({ length: 200 }, () => fetch(`${url}/api/hang`, { headers, signal: abort.signal }));
  const settled = Promise.allSettled(open);
  await vi.waitFor(() => expect(gateway.upstream.seen).toHaveLength(200), { timeout: 10_000 });
  const refused = await fetch(`${url}/api/x`, { headers });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await fetch(`${url}/api/x`, { headers: { authorization: `Bearer ${newToken()}` } })).status).toBe(
    200,
  );
  abort.abort();
  await settled;
  await vi.waitFor(async () => expect((await fetch(`${url}/api/x`, { headers })).status).toBe(200));
  await gateway.stop();
});
