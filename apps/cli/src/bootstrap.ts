import { existsSync } from 'node:fs';
import { cloneRoot } from '@summit/process/config';
import { prepareCluster } from './embeddedPostgres.ts';
import { prepareEnvFile } from './envFile.ts';
import { diskProblem, prepareHome } from './home.ts';
import { thisInstallation } from './installation.ts';
import { preparePython } from './python.ts';
import { bringQuickPostgres } from './quickPostgres.ts';
import { prepareWeb } from './web.ts';

/** What `bin/bootstrap` does once packages are there: secrets, Python client, web pages. */
const quiet = process.argv.includes('--quiet');
const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Makes the data folder now, so that the first start does not wait for it. Wrong settings are reported by `up`. */
async function prepareDatabase(): Promise<void> {
  const installation = await thisInstallation().catch(() => undefined);
  if (!installation) return;
  const { config, home } = installation;
  await prepareHome(home);
  const full = await diskProblem(home.root);
  if (full) throw new Error(full);
  if (existsSync(home.postgres) || config.DATABASE_URL) return;
  say('Making the database …');
  await prepareCluster({ dataDir: home.postgres, port: config.POSTGRES_PORT });
}

try {
  const { created, filled } = await prepareEnvFile(cloneRoot);
  if (created) say('Made .env from .env.example.');
  if (filled.length > 0) say(`Filled in .env: ${filled.join(', ')}.`);
  const python = await preparePython(cloneRoot, say);
  if (python.problem) process.stderr.write(`⚠ The Python client is not ready: ${python.problem}\n`);
  const quick = await bringQuickPostgres(cloneRoot, say);
  if (quick.problem)
    process.stderr.write(`⚠ The portable, slower database server is used: ${quick.problem}\n`);
  await prepareWeb(cloneRoot, say);
  await prepareDatabase();
  if (!quiet) say('Ready. Next: make up');
} catch (error) {
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  const text = full ? 'the disk is full; free some space and run this again.' : (error as Error).message;
  process.stderr.write(`summit: ${text}\n`);
  process.exit(1);
}
