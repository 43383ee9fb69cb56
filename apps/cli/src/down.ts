import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { givenDatabase, placeOf } from './givenDatabase.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { printJson, say } from './output.ts';
import { stopAll } from './stopAll.ts';

/** Stops everything in order and keeps the data. */
export async function down(options: { json?: boolean }): Promise<void> {
  const { home, config } = await thisInstallation();
  const given = givenDatabase(config);
  const stopped = await stopAll(home);
  if (options.json) return printJson({ stopped, data: home.root });
  say(stopped ? 'Summit is stopped.' : 'Summit was not running.');
  if (given)
    return say(`The database at ${placeOf(given)} runs on; original files and logs stay in ${home.root}.`);
  say(`The data stays in ${home.root}; \`make reset\` deletes it.`);
}

/** Deletes the data folder, after asking. */
export async function reset(options: { yes?: boolean; json?: boolean }): Promise<void> {
  const { home, config } = await thisInstallation();
  const given = givenDatabase(config);
  if (given)
    throw new CommandError(
      `Nothing was deleted: the facts stand in the database at ${placeOf(given)}, which is yours. To begin anew, stop Summit (make down), drop that database and delete ${home.root}: the original files in it belong to those facts.`,
    );
  if (!existsSync(home.root)) {
    if (options.json) return printJson({ deleted: false });
    return say('There is no data to delete.');
  }
  if (!existsSync(home.marker)) {
    throw new CommandError(
      `${home.root} was not made by Summit, so nothing in it is deleted. Check SUMMIT_HOME in .env.`,
    );
  }
  if (!options.yes && !(await confirmed(home.root))) {
    // An answer, no failure: of make neither.
    if (options.json) return printJson({ deleted: false });
    return say('Nothing was deleted.');
  }
  await stopAll(home);
  // As root the database may lie elsewhere, behind a link.
  const data = await realpath(home.postgres).catch(() => undefined);
  if (data && data !== home.postgres) await rm(data, { recursive: true, force: true });
  await rm(home.root, { recursive: true, force: true });
  if (options.json) return printJson({ deleted: true, data: home.root });
  say(`Deleted ${home.root}. Settings and secrets in .env are kept; \`make up\` begins anew.`);
}

async function confirmed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CommandError('`make reset` asks before it deletes; to answer yes: bin/summit reset --yes');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-D and Ctrl-C close it without an answer.
  const left = new Promise<undefined>((done) => prompt.once('close', () => done(undefined)));
  const answer = await Promise.race([
    left,
    prompt.question(`Delete everything in ${folder}, for ever? Type yes: `).catch(() => undefined),
  ]);
  prompt.close();
  if (answer === undefined) say('');
  return answer?.trim().toLowerCase() === 'yes';
}
