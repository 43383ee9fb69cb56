import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cloneRoot, readConfig } from '@summit/process/config';
import { childEnvironment, type Role } from './childEnvironment.ts';
import { type Postgres, startPostgres } from './embeddedPostgres.ts';
import { type DatabaseUrls, givenDatabase } from './givenDatabase.ts';
import { homeOf } from './home.ts';
import { doorUrl } from './installation.ts';
import { lastWords } from './lastWords.ts';
import { postgresLevel, RotatingLog } from './rotatingLog.ts';
import { seal } from './startedWith.ts';
import { runningSupervisor, type ServiceStatus, writeState } from './state.ts';
import { SupervisedProcess } from './supervisedProcess.ts';

/**
 * The process behind `summit up`: starts the database, migrates, starts server, worker and gateway, and keeps all of
 * them running until SIGTERM. Tells whoever started it `{ step }`, then `{ ready }` or `{ failed }`.
 */
const environment = process.env;
const config = readConfig(environment);
const home = homeOf(config.SUMMIT_HOME);
const startedAt = new Date().toISOString();
const settings = seal(environment);
const log = new RotatingLog(join(home.logs, 'supervisor.log'), 'supervisor', environment);
const tell = (message: object) => {
  if (process.connected) process.send!(message, () => {});
};

const main = (name: 'server' | 'gateway') => join(cloneRoot, 'apps', name, 'src/main.ts');
const postgresStatus: ServiceStatus = {
  service: 'postgres',
  state: 'starting',
  pid: null,
  port: config.POSTGRES_PORT,
  restarts: 0,
  since: startedAt,
};
const given = givenDatabase(config);
/** Of ours; a given database is its owner's to start and stop. */
let postgres: Postgres | undefined;
let urls: DatabaseUrls;
let services: SupervisedProcess[] = [];
let stopping = false;

function save(): void {
  const statuses = [...(given ? [] : [postgresStatus]), ...services.map(({ status }) => status)];
  const doors = { ui: config.SUMMIT_PUBLIC_URL, api: doorUrl(config, 'api') };
  writeState(home, { supervisor: process.pid, startedAt, ...doors, settings, services: statuses });
}

function lock(): void {
  for (;;) {
    try {
      const file = openSync(home.lock, 'wx', 0o600);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (runningSupervisor(home)) throw new Error('Another `make up` is starting this Summit already.');
      rmSync(home.lock, { force: true });
    }
  }
}

const postgresLog = new RotatingLog(join(home.logs, 'postgres.log'), 'postgres', environment);

async function startDatabase(): Promise<Postgres> {
  const started = await startPostgres({
    dataDir: home.postgres,
    port: config.POSTGRES_PORT,
    onLog: (line) => postgresLog.line(line, postgresLevel(line)),
  });
  Object.assign(postgresStatus, { state: 'up', pid: started.pid, since: new Date().toISOString() });
  save();
  return started;
}

/** Starts the database again whenever it is gone; the others keep their connections' errors and reconnect. */
async function keepDatabase(): Promise<void> {
  for (let failures = 0; !stopping; ) {
    await postgres!.exited;
    if (stopping) return;
    postgresStatus.restarts++;
    Object.assign(postgresStatus, { state: 'restarting', pid: null, since: new Date().toISOString() });
    save();
    log.line('the database ended; starting it again', 'error');
    for (;;) {
      try {
        postgres = await startDatabase();
        failures = 0;
        break;
      } catch (error) {
        log.line((error as Error).message, 'error');
        await delay(Math.min(10_000, 250 * 2 ** failures++));
      }
    }
  }
}

async function migrate(): Promise<void> {
  const migrationLog = new RotatingLog(join(home.logs, 'migrate.log'), 'migrate', environment);
  const words: string[] = [];
  const child = spawn(process.execPath, [main('server'), 'migrate'], {
    env: childEnvironment('migrate', environment, urls),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      migrationLog.line(line);
      words.push(line);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The migrations failed: ${lastWords(words)}`);
}

function service(name: string, role: Role, arguments_: string[], port: number | null): SupervisedProcess {
  return new SupervisedProcess({
    name,
    arguments: arguments_,
    env: childEnvironment(role, environment, urls),
    port,
    log: new RotatingLog(join(home.logs, `${name}.log`), name, environment),
    onChange: save,
  });
}

async function migrateAndStart(): Promise<void> {
  await migrate();
  tell({ step: 'processes' });
  const behind = [
    service('server', 'server', [main('server'), 'api'], config.SERVER_PORT),
    service('worker', 'worker', [main('server'), 'worker'], null),
  ];
  services.push(...behind);
  await together(behind.map((each) => each.start()));
}

/** Waits for all, so that nothing is still starting when one has failed and everything is stopped. */
async function together(starts: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

async function start(): Promise<void> {
  lock();
  log.line('starting');
  tell({ step: 'database' });
  if (given) urls = given;
  else {
    postgres = await startDatabase();
    urls = postgres;
  }
  tell({ step: 'migrations' });
  // The gateway needs no database: it loads while the others wait for theirs.
  const gateway = service('gateway', 'gateway', [main('gateway')], config.GATEWAY_PORT);
  services = [gateway];
  await together([gateway.start(), migrateAndStart()]);
  log.line('ready');
  tell({ ready: true });
  if (process.connected) process.disconnect();
  if (postgres) void keepDatabase();
}

async function stop(code: number): Promise<never> {
  stopping = true;
  log.line('stopping');
  // The doors first, then the work, then what holds the data.
  const [gateway, ...behind] = services;
  await gateway?.stop();
  await Promise.all(behind.map((each) => each.stop()));
  await postgres?.stop();
  if (runningSupervisor(home) === process.pid) {
    rmSync(home.state, { force: true });
    rmSync(home.lock, { force: true });
  }
  log.line('stopped');
  process.exit(code);
}

process.on('SIGTERM', () => stopping || void stop(0));
process.on('SIGINT', () => stopping || void stop(0));
process.on('SIGHUP', () => {});
process.on('uncaughtException', (error) => {
  log.line(`unexpected error: ${error.stack}`, 'fatal');
  if (!stopping) void stop(1);
});

try {
  await start();
} catch (error) {
  const text = (error as Error).message;
  log.line(text, 'fatal');
  tell({ failed: text });
  if (!stopping) await stop(1);
}
