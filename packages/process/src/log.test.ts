import { expect, test, vi } from 'vitest';
import { cleaner, createLoggerTo, gatherLines } from './log.ts';
import { continueTrace } from './telemetry.ts';

const written = (env: NodeJS.ProcessEnv, act: (log: ReturnType<typeof createLoggerTo>) => void) => {
  const lines: string[] = [];
  act(createLoggerTo((line) => lines.push(line), 'test', 'info', env));
  return lines.join('');
};

const canary = 'canary-8fJq2Lw0Zx7Rt5Vb1Nc9Mk3Hd6';

test('secrets leave no trace, whatever road they take', () => {
  const text = written({ JWT_SECRET: canary }, (log) => {
    log.info({ password: 'p4ss', nested: { token: 'tok', cookie: 'c00kie' } }, `started with ${canary}`);
    log.error({ error: new Error(`postgres://summit:hunter2@127.0.0.1/summit refused ${canary}`) }, 'failed');
    log.warn(
      { headers: { authorization: 'Bearer abc.def.ghi' }, note: 'Bearer smt_0123456789abcdef' },
      'odd',
    );
  });
  expect(text).not.toMatch(/canary|p4ss|"tok"|c00kie|hunter2|abc\.def|smt_0123/);
  expect(text).toContain('postgres://summit:[hidden]@127.0.0.1/summit');
});

test('a text cannot break a line or forge another one', () => {
  const text = written({}, (log) => log.info({ name: 'a\n{"level":"fatal"}\u001b[31m' }, 'hello'));
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ level: 'info', message: 'hello', process: 'test' });
  expect(text).not.toContain('\u001b');
});

test('lines carry the trace they belong to', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const text = written({}, (log) =>
    continueTrace(`00-${traceId}-b7ad6b7169203331-01`, () => log.info('inside')),
  );
  expect(JSON.parse(text).traceId).toBe(traceId);
});

test('a malformed trace header starts a new trace', () => {
  const text = written({}, (log) => continueTrace(`00-${'0'.repeat(32)}-zz-01`, () => log.info('inside')));
  expect(JSON.parse(text).traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
});

test('cleaning takes time in proportion to the text, whatever it is made of', () => {
  const clean = cleaner({});
  const seconds = (text: string) => {
    const began = performance.now();
    for (let i = 0; i < 20; i++) clean(text);
    return performance.now() - began;
  };
  const texts: ((size: number) => string)[] = [
    (size) => `${'a'.repeat(size)} x://y`,
    (size) => `x://${'a'.repeat(size)}`,
    (size) => 'x://a:'.repeat(size / 6),
    (size) => `x://a:${'b'.repeat(size)}`,
    (size) => `://${'smt_'.repeat(size / 4)}`,
  ];
  for (const make of texts) {
    seconds(make(20_000));
    // The square would make it 400 times as long.
    expect(seconds(make(400_000))).toBeLessThan(100 * Math.max(seconds(make(20_000)), 0.5));
  }
});

test('of an error that quotes a long text only the beginning is written', () => {
  const text = written({}, (log) =>
    log.error({ error: new Error(`invalid: ${'a'.repeat(1_000_000)}`) }, 'x'),
  );
  expect(text.length).toBeLessThan(20_000);
  expect(JSON.parse(text).error.message).toMatch(/^invalid: a+…$/);
});

test('lines are written together soon, and at once when something is wrong or the process ends', () => {
  vi.useFakeTimers();
  try {
    const written: string[] = [];
    const lines = gatherLines((text) => written.push(text));
    const log = createLoggerTo(lines.write, 'test', 'debug');
    const said = () => written.map((text) => text.match(/"message":"\w+"/g)?.join());
    log.info('one');
    log.debug('two');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(said()).toEqual(['"message":"one","message":"two"']);
    log.info('three');
    log.warn('four');
    expect(said().at(-1)).toBe('"message":"three","message":"four"');
    log.info('five');
    lines.flush();
    vi.advanceTimersByTime(100);
    expect(said()).toHaveLength(3);
    expect(said().at(-1)).toBe('"message":"five"');
  } finally {
    vi.useRealTimers();
  }
});
