import { readConfig } from '@summit/process/config';
import { createLogger } from '@summit/process/log';
import { migrate } from './database/migrate.ts';

/** Role `migrate`: brings the database to this version and ends. */
export async function run(): Promise<void> {
  const config = readConfig(process.env, ['DATABASE_OWNER_URL', 'DATABASE_URL']);
  const log = createLogger('migrate');
  const { applied, version } = await migrate(config.DATABASE_OWNER_URL, new URL(config.DATABASE_URL));
  log.info({ applied, version }, 'migrations completed');
}
