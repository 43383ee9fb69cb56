import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from '../apps/cli/src/postgresAccount.ts';

/** Runs a program to its end as another user; rejects with what it said when it fails. */
export async function runAs(
  account: Account | undefined,
  command: string,
  arguments_: string[],
  input = '',
): Promise<void> {
  const child = spawn(command, arguments_, {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  // It may end without reading all.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${arguments_.join(' ')}: ${said}`);
}
