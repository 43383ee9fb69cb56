import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import type { Logger } from '@summit/process/log';
import { expect, test } from 'vitest';
import { GivingWay, NICE } from './givingWay.ts';

const groupOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/autogroup`, 'utf8').catch(() => '');

test('processes give way, each with its session, and who is gone by then keeps no other from it', async () => {
  const warned: unknown[] = [];
  const way = new GivingWay({ warn: (told: unknown) => warned.push(told) } as unknown as Logger);
  const sleep = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { detached: true });
  const [gone, one, other] = [sleep(), sleep(), sleep()];
  try {
    await Promise.all([gone, one, other].map((child) => once(child, 'spawn')));
    gone.kill('SIGKILL');
    await once(gone, 'exit');
    await Promise.all([gone, one, other].map(({ pid }) => way.lower(pid!)));
    for (const { pid } of [one, other]) {
      expect(getPriority(pid)).toBe(NICE);
      const group = await groupOf(pid!);
      // A kernel without groups by session has no such file.
      if (group) expect(group).toMatch(new RegExp(` nice ${NICE}$`, 'm'));
    }
    expect(getPriority(process.pid)).toBe(0);
    expect(warned).toEqual([]);
  } finally {
    for (const child of [one, other]) child.kill('SIGKILL');
  }
});
