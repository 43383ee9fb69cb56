import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const program = (body: string) => `
  import { createLogger } from '@summit/process/log';
  import { runProcess, main } from '@summit/process/lifecycle';
  import { readConfig } from '@summit/process/config';
  const log = createLogger('probe');
  const hold = setInterval(() => {}, 1000);
  ${body}`;

function start(body: string, env: NodeJS.ProcessEnv = {}, ipc = false) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(body)], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, ...env },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  }) as ChildProcess;
  const lines: string[] = [];
  let wake = () => {};
  const note = (line: string) => {
    lines.push(line);
    wake();
  };
  createInterface({ input: child.stdout! }).on('line', note);
  createInterface({ input: child.stderr! }).on('line', note);
  // Not 'close': after a disconnect that never comes.
  const code = Promise.all([
    once(child, 'exit'),
    once(child.stdout!, 'end'),
    once(child.stderr!, 'end'),
  ]).then(([[found]]) => found as number | null);
  const said = async (text: string): Promise<void> => {
    while (!lines.some((line) => line.includes(text))) await new Promise<void>((done) => (wake = done));
  };
  return { child, lines, code, said };
}

const twoParts = `
  const part = (name, stop = async () => {}) => ({
    run: async () => log.info('run ' + name),
    stop: async () => { log.info('stop ' + name); await stop(); },
  });
`;

test('parts start in order, stop in reverse, and the process leaves with 0', async () => {
  const { child, lines, code, said } = start(
    `${twoParts} await runProcess({ name: 'probe', log, parts: [part('a'), part('b')] });`,
  );
  await said('probe ready');
  child.kill('SIGTERM');
  expect(await code).toBe(0);
  const order = lines.map((line) => JSON.parse(line).message).filter((text) => /^(run|stop) /.test(text));
  expect(order).toEqual(['run a', 'run b', 'stop b', 'stop a']);
});

test('a part that fails to start stops the earlier ones and leaves with 1', async () => {
  const { lines, code } = start(`${twoParts}
    const bad = { run: () => Promise.reject(new Error('no luck')), stop: async () => {} };
    await runProcess({ name: 'probe', log, parts: [part('a'), bad] });`);
  expect(await code).toBe(1);
  expect(lines.join('\n')).toContain('stop a');
});

test('work that does not finish in time ends with 1, and a second signal ends at once', async () => {
  const endless = `${twoParts} await runProcess({ name: 'probe', log, drainMs: 100, parts: [part('a', () => new Promise(() => {}))] });`;
  const slow = start(endless);
  await slow.said('probe ready');
  slow.child.kill('SIGTERM');
  expect(await slow.code).toBe(1);

  const twice = start(endless.replace('drainMs: 100', 'drainMs: 60000'));
  await twice.said('probe ready');
  twice.child.kill('SIGTERM');
  await twice.said('stop a');
  twice.child.kill('SIGTERM');
  expect(await twice.code).toBe(1);
});

test('a process whose supervisor is gone stops in order', async () => {
  const { child, lines, code, said } = start(
    `${twoParts} await runProcess({ name: 'probe', log, parts: [part('a')] });`,
    {},
    true,
  );
  await said('probe ready');
  child.disconnect();
  expect(await code).toBe(0);
  expect(lines.join('\n')).toContain('stop a');
});

test('wrong configuration is printed plainly and ends with 2', async () => {
  const { lines, code } = start(`await main(async () => { readConfig(); });`, {
    UI_PORT: 'x',
    LOG_LEVEL: 'y',
  });
  expect(await code).toBe(2);
  expect(lines.join('\n')).toMatch(/UI_PORT must be[\s\S]*LOG_LEVEL must be/);
});
