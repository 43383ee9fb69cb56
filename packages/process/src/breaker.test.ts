import { expect, test } from 'vitest';
import { Breaker, BreakerOpen, type BreakerOptions, type BreakerState } from './breaker.ts';
import { metrics } from './metrics.ts';

const down = new Error('down');
const fail = () => Promise.reject(down);
const work = async () => 'answer';

/** A breaker whose clock stands until it is moved; jitter takes the longest wait. */
function setUp(options: Partial<BreakerOptions> = {}) {
  const clock = { now: 0 };
  const seen: BreakerState[] = [];
  const breaker = new Breaker({
    name: 'test',
    failures: 2,
    openMs: 100,
    mostOpenMs: 300,
    probeMs: 1_000,
    now: () => clock.now,
    random: () => 1,
    onChange: (state) => seen.push(state),
    ...options,
  });
  const opened = async () => {
    for (let failure = 0; failure < (options.failures ?? 2); failure++)
      await expect(breaker.run(fail)).rejects.toBe(down);
  };
  return { breaker, clock, seen, opened };
}

test('failures in a row open it, and then nothing is called', async () => {
  const { breaker, opened } = setUp();
  await expect(breaker.run(fail)).rejects.toBe(down);
  expect(await breaker.run(work)).toBe('answer');
  await opened();
  let called = false;
  const refused = breaker.run(async () => {
    called = true;
  });
  await expect(refused).rejects.toThrow(BreakerOpen);
  await expect(refused).rejects.toMatchObject({ code: 'BREAKER_OPEN', store: 'test', retryAfterMs: 100 });
  expect(called).toBe(false);
  expect(breaker.state()).toEqual({ state: 'open', retryAfterMs: 100 });
});

test('an error that leaves no doubt opens it at once', async () => {
  const { breaker } = setUp({ opens: (error) => error === down });
  await expect(breaker.run(fail)).rejects.toBe(down);
  expect(breaker.state().state).toBe('open');
});

test('an error that is an answer of the store opens nothing', async () => {
  const { breaker } = setUp({ counts: (error) => error !== down });
  for (let call = 0; call < 5; call++) await expect(breaker.run(fail)).rejects.toBe(down);
  expect(breaker.state().state).toBe('closed');
});

test('one probe goes when the time is over; when it works all go', async () => {
  const { breaker, clock, seen, opened } = setUp();
  await opened();
  clock.now = 100;
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = breaker.run(() => promise);
  await expect(breaker.run(work)).rejects.toThrow(BreakerOpen);
  resolve('back');
  expect(await probe).toBe('back');
  expect(await breaker.run(work)).toBe('answer');
  expect(seen).toEqual(['open', 'half-open', 'closed']);
});

test('each probe that fails doubles the wait, up to the longest; being closed begins anew', async () => {
  const { breaker, clock, opened } = setUp();
  await opened();
  for (const wait of [200, 300, 300]) {
    clock.now += breaker.state().retryAfterMs;
    await expect(breaker.run(fail)).rejects.toBe(down);
    expect(breaker.state()).toEqual({ state: 'open', retryAfterMs: wait });
  }
  clock.now += 300;
  await breaker.run(work);
  await opened();
  expect(breaker.state().retryAfterMs).toBe(100);
});

test('jitter never halves the wait by more', async () => {
  const { breaker, opened } = setUp({ random: () => 0 });
  await opened();
  expect(breaker.state().retryAfterMs).toBe(50);
});

test('a probe that says nothing is given up, and its late answer counts for nothing', async () => {
  const { breaker, clock, opened } = setUp();
  await opened();
  clock.now = 100;
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent = breaker.run(() => promise);
  clock.now = 1_100;
  await expect(breaker.run(fail)).rejects.toBe(down);
  resolve();
  await silent;
  expect(breaker.state().state).toBe('open');
});

test('calls that were under way when it opened do not open or close it again', async () => {
  const { breaker, opened } = setUp();
  const late = Promise.withResolvers<void>();
  const never = Promise.withResolvers<void>();
  const [good, bad] = [breaker.run(() => late.promise), breaker.run(() => never.promise)];
  await opened();
  late.resolve();
  never.reject(down);
  await good;
  await expect(bad).rejects.toBe(down);
  expect(breaker.state()).toEqual({ state: 'open', retryAfterMs: 100 });
});

test('the metric says how it stands', async () => {
  const { opened, breaker, clock } = setUp({ name: 'measured' });
  const measured = async () =>
    (await metrics.breakerState.get()).values.find(({ labels }) => labels.store === 'measured')?.value;
  expect(await measured()).toBe(0);
  await opened();
  expect(await measured()).toBe(2);
  clock.now = 100;
  await breaker.run(work);
  expect(await measured()).toBe(0);
});
