import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';

/** Whether a program is there: by its name on the path, or by where it lies. */
const isThere = (program: string, path = process.env.PATH ?? ''): boolean =>
  program.includes('/')
    ? existsSync(program)
    : path.split(delimiter).some((folder) => existsSync(join(folder, program)));

/**
 * Sees to it that programs are on this machine: as root on Debian they are installed, else the error names what to install.
 * `packages` says for each program the package that brings it.
 */
export async function bringPackages(packages: Record<string, string>): Promise<void> {
  const missing = Object.keys(packages).filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const wanted = [...new Set(missing.map((program) => packages[program]!))];
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    throw new Error(`${missing.join(' and ')} missing; on Debian: apt-get install ${wanted.join(' ')}`);
  }
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Without systemd this keeps the packages from starting servers of the machine's own.
    RUNLEVEL: '1',
  };
  await runToEnd('apt-get', ['update', '-qq'], { env });
  const { code, output } = await runToEnd(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600', ...wanted],
    { env },
  );
  if (code !== 0) throw new Error(`${wanted.join(', ')} could not be installed: ${output.slice(-2_000)}`);
}
