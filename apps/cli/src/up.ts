import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '@summit/process/config';
import { givenDatabase, placeOf } from './givenDatabase.ts';
import { diskProblem, prepareHome } from './home.ts';
import { CommandError, doorUrl, type Installation, thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say } from './output.ts';
import { portProblems } from './ports.ts';
import { changedSince } from './startedWith.ts';
import { readState, runningSupervisor } from './state.ts';
import { clearLeftovers } from './stopAll.ts';

const steps: Record<string, string> = {
  database: 'Starting the database …',
  migrations: 'Bringing the database up to date …',
  processes: 'Starting server, worker and gateway …',
};
const READY_WITHIN_MS = 60_000;
/** How long it is waited for stores that Summit does without. */
const COPIES_WITHIN_MS = 10_000;
const COPY = /^(Neo4j|Redis|Kafka): /;

/** Starts this clone's Summit in the background and says where it is. */
export async function up(options: { json?: boolean }): Promise<void> {
  const installation = await thisInstallation();
  const { config, environment, home } = installation;
  const note = options.json ? () => {} : say;
  const given = givenDatabase(config);
  // Without a database of one's own it is the embedded mode, whether `.env` names it or not: production must hear its refusal now.
  readConfig({ ...environment, ...(given ? {} : { SUMMIT_MODE: 'embedded' }) }, [
    'JWT_SECRET',
    'JWT_REFRESH_SECRET',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
  ]);

  await prepareHome(home);
  const already = runningSupervisor(home) !== undefined;
  const changed = already ? changedSince(readState(home)?.settings, environment) : [];
  if (already) {
    note('Summit is already running.');
    if (changed.length > 0)
      note(
        `It was started with other values of ${changed.join(', ')}. To run it with these: make down, then make up.`,
      );
  } else {
    await clearLeftovers(home);
    const problems = [await diskProblem(home.root), ...(await portProblems(config))].filter(Boolean);
    if (problems.length > 0) throw new CommandError(problems.join('\n'));
    note(
      given
        ? `The database is yours, at ${placeOf(given)}; everything else runs on this machine.`
        : 'Embedded mode: everything runs on this machine, without Docker, and listens on loopback only.',
    );
    if (given) steps.database = 'Asking the database …';
    await startSupervisor(installation, note);
  }
  const lacking = await becomesReady(installation);
  await report(installation, { already, changed, lacking }, options.json ?? false);
}

function startSupervisor({ environment, home }: Installation, note: (text: string) => void): Promise<void> {
  // What the supervisor itself might say before its log works; nothing of this ever holds a secret or a link.
  const out = openSync(join(home.logs, 'supervisor.out.log'), 'w', 0o600);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'supervise.ts')], {
    cwd: '/',
    detached: true,
    env: environment,
    stdio: ['ignore', out, out, 'ipc'],
  });
  closeSync(out);
  return new Promise((done, failed) => {
    child.on('message', (message) => {
      const { step, ready, failed: problem } = message as { step?: string; ready?: boolean; failed?: string };
      if (step) note(steps[step] ?? step);
      if (problem) failed(new CommandError(`${problem}\nMore is in ${home.logs}.`));
      if (ready) {
        child.unref();
        done();
      }
    });
    child.once('exit', (code) =>
      failed(new CommandError(`Summit did not start (code ${code}). See ${home.logs}.`)),
    );
  });
}

/** Answers which stores are missing, where only those are that Summit does without. */
async function becomesReady({ config, home }: Installation): Promise<string[]> {
  const copiesBy = Date.now() + COPIES_WITHIN_MS;
  const deadline = Date.now() + READY_WITHIN_MS;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${doorUrl(config, 'api')}/health/ready`, {
        signal: AbortSignal.timeout(2_000),
      });
      if (response.ok) return [];
      const { failures = [] } = (await response.json()) as { failures?: string[] };
      const onlyCopies = failures.length > 0 && failures.every((failure) => COPY.test(failure));
      if (onlyCopies && Date.now() > copiesBy) return failures;
      last = failures.join(', ');
    } catch (error) {
      last = (error as Error).message;
    }
    await delay(100);
  }
  throw new CommandError(
    `Summit started but is not ready: ${last}. See ${home.logs} or run \`make doctor\`.`,
  );
}

async function report(
  installation: Installation,
  was: { already: boolean; changed: string[]; lacking: string[] },
  json: boolean,
): Promise<void> {
  const { config, home } = installation;
  const given = givenDatabase(config);
  const link = await operator<{ url: string; expiresAt?: string }>(installation, ['signin-link']);
  const places = {
    ui: config.SUMMIT_PUBLIC_URL,
    api: doorUrl(config, 'api'),
    signIn: link.url,
    data: home.root,
    ...(given && { database: placeOf(given) }),
    logs: home.logs,
    ...was,
  };
  if (json) return printJson(places);
  say();
  say(`  UI        ${places.ui}`);
  say(`  API       ${places.api}`);
  say(`  Sign in   ${places.signIn}`);
  say('            (works once, for 15 minutes, on this machine; a new one: bin/summit signin-link)');
  if (given) say(`  Database  ${placeOf(given)}  (yours: not started, stopped or deleted here)`);
  say(`  Data      ${places.data}`);
  say(`  Logs      ${places.logs}  (make logs s=gateway)`);
  say();
  if (was.lacking.length > 0) {
    say(
      `  ⚠ ${was.lacking.join(', ')}. What needs no more than Postgres works; make doctor says what to do.`,
    );
    say();
  }
  say('  make smoke checks it, make down stops it and keeps the data.');
}
