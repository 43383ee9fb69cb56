import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { childEnvironment } from './childEnvironment.ts';
import { type Postgres, startPostgres } from './embeddedPostgres.ts';
import { type DatabaseUrls, givenDatabase } from './givenDatabase.ts';
import { prepareHome } from './home.ts';
import { CommandError, type Installation, thisInstallation } from './installation.ts';
import { lastWords } from './lastWords.ts';
import { databaseUrls } from './operator.ts';
import { printJson, say } from './output.ts';
import { runToEnd } from './runToEnd.ts';
import { runningSupervisor } from './state.ts';

/** Brings the database up to date, starting it for that time when nothing runs. */
export async function migrate(options: { json?: boolean }): Promise<void> {
  const installation = await thisInstallation();
  await withDatabase(installation, async (urls) => {
    const { code, output } = await runToEnd(
      process.execPath,
      [join(cloneRoot, 'apps/server/src/main.ts'), 'migrate'],
      {
        env: childEnvironment('migrate', installation.environment, urls),
      },
    );
    if (code !== 0) throw new CommandError(`The migrations failed: ${lastWords(output.split('\n'))}`);
  });
  if (options.json) printJson({ migrations: 'completed' });
  else say('Migrations completed.');
}

async function withDatabase(
  installation: Installation,
  act: (urls: DatabaseUrls) => Promise<void>,
): Promise<void> {
  const { config, home } = installation;
  if (runningSupervisor(home) || givenDatabase(config)) return act(await databaseUrls(installation));
  await prepareHome(home);
  let postgres: Postgres | undefined;
  try {
    postgres = await startPostgres({ dataDir: home.postgres, port: config.POSTGRES_PORT });
    await act(postgres);
  } finally {
    await postgres?.stop();
  }
}
