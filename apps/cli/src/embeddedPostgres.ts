import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, databaseAccount } from './postgresAccount.ts';
import { type Binaries, findBinaries, isReachableByOthers, sharedRoot } from './postgresBinaries.ts';
import {
  changingSql,
  creatingSql,
  hostRules,
  type Logins,
  makeLogins,
  readLogins,
} from './postgresLogins.ts';
import { asArguments, machineMemoryBytes, postgresSettings, type Settings } from './postgresSettings.ts';

export type PostgresOptions = {
  /** Created when absent. As root it belongs to a system user, because Postgres refuses to run as root. */
  dataDir: string;
  /** TCP port on 127.0.0.1. */
  port: number;
  /** Server settings that win over ours, e.g. `{ fsync: 'off' }` in tests. */
  settings?: Settings;
  /** Receives each line the server logs; without it they are dropped. */
  onLog?: (line: string) => void;
  /** Lets the owner clone databases, as tests do. Only heard when the data folder is created. */
  ownerMayCreateDatabases?: boolean;
};

export type Postgres = {
  /** postgres:// address of the login that owns the database `summit`. */
  ownerUrl: string;
  /** postgres:// address of the login that owns nothing. */
  appUrl: string;
  pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  exited: Promise<void>;
  /** Ends sessions, writes a checkpoint and waits for the end. */
  stop(): Promise<void>;
};

type Place = { dataDir: string; binaries: Binaries; account: Account | undefined };

const START_WITHIN_MS = 60_000;

/** Starts a real Postgres server on a data folder, made on first use. Resolves when it accepts connections. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = await prepare(options);
  await endLeftover(place.dataDir);
  const logins = await prepareLogins(place, options);
  const arguments_ = [
    '-D',
    place.dataDir,
    '-p',
    String(options.port),
    ...asArguments(postgresSettings(machineMemoryBytes(), options.settings)),
  ];

  const deadline = Date.now() + START_WITHIN_MS;
  for (;;) {
    const said: string[] = [];
    const child = run(place, place.binaries.postgres, arguments_, (line) => {
      if (said.length < 50) said.push(line);
      options.onLog?.(line);
    });
    const exited = new Promise<void>((done) => child.once('close', () => done()));
    if (await becomesReady(child, place.dataDir, deadline)) {
      return {
        ownerUrl: `postgres://summit_owner:${logins.owner}@127.0.0.1:${options.port}/summit`,
        appUrl: `postgres://summit:${logins.app}@127.0.0.1:${options.port}/summit`,
        pid: child.pid!,
        exited,
        stop: () => stop(child, exited),
      };
    }
    await stop(child, exited);
    const text = said.join('\n');
    // After a kill -9 the server's children need a moment to notice; until then a new server is refused.
    const orphansFinish = /pre-existing shared memory block|lock file .* already exists/.test(text);
    if (!orphansFinish || Date.now() > deadline) throw startFailure(text, options.port);
    await delay(250);
  }
}

/** Makes the data folder without starting the server, so that the first start is as quick as any other. */
export async function prepareCluster(options: PostgresOptions): Promise<void> {
  const place = await prepare(options);
  if (existsSync(join(place.dataDir, 'postmaster.pid'))) return;
  await prepareLogins(place, options);
}

function startFailure(text: string, port: number): Error {
  if (/Address already in use|could not bind/.test(text)) {
    return new Error(
      `Port ${port} is taken, so the database cannot start. Set POSTGRES_PORT in .env to a free port.`,
    );
  }
  if (/No space left on device/.test(text)) {
    return new Error(
      'The disk is full, so the database cannot start. Free some space and run `make up` again.',
    );
  }
  return new Error(`The database did not start: ${text || 'it said nothing within a minute'}`);
}

async function prepare({ dataDir, onLog, settings }: PostgresOptions): Promise<Place> {
  const account = process.getuid?.() === 0 ? await databaseAccount() : undefined;
  const binaries = await findBinaries(account !== undefined);
  await mkdir(dirname(resolve(dataDir)), { recursive: true });
  const real = await placeData(resolve(dataDir), account);
  const place = { dataDir: real, binaries, account };
  if (!existsSync(join(real, 'PG_VERSION'))) await createCluster(place, settings?.fsync !== 'off', onLog);
  return place;
}

/** The real data folder. As root inside a closed folder (/root), the data lies in /var/lib with a link to it. */
async function placeData(dataDir: string, account: Account | undefined): Promise<string> {
  const linked = await lstat(dataDir).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (linked) {
    const target = await realpath(dataDir).catch(() => undefined);
    if (target) return target;
    await rm(dataDir);
  }
  let real = dataDir;
  if (account && !existsSync(dataDir) && !(await isReachableByOthers(dirname(dataDir)))) {
    await mkdir(sharedRoot, { recursive: true });
    await chmod(sharedRoot, 0o755);
    const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
    real = join(sharedRoot, `${basename(dataDir)}-${name}`);
    await symlink(real, dataDir);
  }
  await mkdir(real, { recursive: true, mode: 0o700 });
  if (account) await chown(real, account.uid, account.gid);
  return real;
}

async function createCluster(place: Place, synced: boolean, onLog?: (line: string) => void): Promise<void> {
  // What a cut-short creation left behind is not a cluster; initdb wants the folder empty.
  for (const entry of await readdir(place.dataDir)) {
    await rm(join(place.dataDir, entry), { recursive: true, force: true });
  }
  const said: string[] = [];
  const child = run(
    place,
    place.binaries.initdb,
    [
      ...['-D', place.dataDir, '-U', 'postgres', '-A', 'reject', '-E', 'UTF8'],
      // Code point order, the same on every machine; the built-in provider still knows upper and lower case.
      ...['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...(synced ? [] : ['--no-sync']),
    ],
    (line) => {
      said.push(line);
      onLog?.(line);
    },
  );
  const code = await exitCode(child);
  if (code === 0) return;
  const text = said.join('\n');
  await rm(join(place.dataDir, 'PG_VERSION'), { force: true });
  if (/No space left on device/.test(text)) throw startFailure(text, 0);
  throw new Error(`The database folder ${place.dataDir} could not be made: ${text}`);
}

/** Makes logins, rules and the database on the first start; gives new passwords when the kept ones are lost. */
async function prepareLogins(place: Place, options: PostgresOptions): Promise<Logins> {
  const dataDir = resolve(options.dataDir);
  const marker = join(place.dataDir, 'summit_logins');
  const known = await readLogins(dataDir);
  const made = existsSync(marker);
  if (known && made) return known;

  const logins = known ?? (await makeLogins(dataDir));
  await singleUser(
    place,
    made ? changingSql(logins) : creatingSql(logins, options.ownerMayCreateDatabases ?? false),
  );
  await writeFile(join(place.dataDir, 'pg_hba.conf'), hostRules);
  await writeFile(marker, 'The logins of this cluster exist.\n');
  if (place.account) await chown(marker, place.account.uid, place.account.gid);
  return logins;
}

async function singleUser(place: Place, statements: string[]): Promise<void> {
  const said: string[] = [];
  const child = run(
    place,
    place.binaries.postgres,
    ['--single', '-D', place.dataDir, '-c', 'exit_on_error=on', '-c', 'unix_socket_directories=', 'postgres'],
    (line) => said.push(line),
    'pipe',
  );
  child.stdin!.end(`${statements.join('\n')}\n`);
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`The database could not be prepared: ${said.join('\n')}`);
}

function run(
  place: Place,
  command: string,
  arguments_: string[],
  onLine: (line: string) => void,
  stdin: 'pipe' | 'ignore' = 'ignore',
): ChildProcess {
  const child = spawn(command, arguments_, {
    cwd: '/',
    stdio: [stdin, 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal reaches the supervisor, which then stops in order.
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(place.account ? { uid: place.account.uid, gid: place.account.gid } : {}),
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on('line', onLine);
  }
  child.on('error', (error) => onLine(error.message));
  return child;
}

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('close', (code) => done(code)));

/** Waits until the server writes "ready" into its pid file, as pg_ctl does; false when it ended or is late. */
async function becomesReady(child: ChildProcess, dataDir: string, deadline: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const lines = readPidFile(dataDir);
    if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready') return true;
    await delay(20);
  }
  return false;
}

function readPidFile(dataDir: string): string[] {
  try {
    return readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGQUIT'), 20_000);
  await exited;
  clearTimeout(late);
}

/** Stops a server that outlived its supervisor on this folder; forgets a pid file that names somebody else. */
export async function endLeftover(dataDir: string): Promise<void> {
  const pid = Number(readPidFile(dataDir)[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!(await isPostgresOn(pid, dataDir))) {
    if (!isAlive(pid) || process.platform === 'linux')
      await rm(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isAlive(pid) && waited < 20_000; waited += 50) await delay(50);
}

async function isPostgresOn(pid: number, dataDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres') && command.split('\0').includes(dataDir);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
