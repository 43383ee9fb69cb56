import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './runToEnd.ts';
import { isStamped, treeDigest } from './treeDigest.ts';

/**
 * Makes `.venv` and installs the Python client and its test tools into it, when its manifest changed. The product runs
 * without it, so a machine that cannot is told what to do and nothing else stops.
 */
export async function preparePython(
  clone: string,
  say: (text: string) => void,
): Promise<{ problem?: string }> {
  const client = join(clone, 'clients/python');
  if (!existsSync(join(client, 'pyproject.toml'))) return {};
  const venv = join(clone, '.venv');
  const stamp = join(venv, '.installed-from');
  const digest = await treeDigest(client, ['pyproject.toml']);
  if (await isStamped(stamp, digest)) return {};

  say('Preparing the Python client …');
  const made = await makeVenv(venv);
  if (made) return { problem: made };
  const pip = [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'],
    ...['-e', `${client}[test]`],
  ];
  const installed = await runToEnd(join(venv, 'bin/python'), pip);
  if (installed.code !== 0)
    return { problem: `pip failed; run \`make bootstrap\` again.\n${installed.output}` };
  await writeFile(stamp, digest);
  return {};
}

async function makeVenv(venv: string): Promise<string | undefined> {
  const pip = await runToEnd(join(venv, 'bin/python'), ['-m', 'pip', '--version']);
  if (pip.code === 0) return undefined;
  await rm(venv, { recursive: true, force: true });
  const made = await runToEnd('python3', ['-m', 'venv', venv]);
  if (made.code === 0) return undefined;
  await rm(venv, { recursive: true, force: true });
  if (made.code === 127) return 'Python 3 is missing; install it (Debian: apt-get install python3-venv).';
  if (/ensurepip/.test(made.output))
    return 'Python cannot make environments; run `apt-get install python3-venv`.';
  return made.output.trim();
}
