import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, cloneRoot, readConfig } from '@summit/process/config';
import { type Variable, type VariableName, variableNames, variables } from '@summit/process/variables';
import { databaseFindings } from './doctorDatabase.ts';
import { kafkaFindings } from './doctorKafka.ts';
import { neo4jFindings } from './doctorNeo4j.ts';
import { redisFindings } from './doctorRedis.ts';
import { parseEnvFile, readEnvironment } from './envFile.ts';
import { givenDatabase } from './givenDatabase.ts';
import { diskProblem, homeOf } from './home.ts';
import { CommandError, doorUrl, type Installation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say } from './output.ts';
import { portProblems } from './ports.ts';
import { quickPostgresFolder, quickPostgresProblem } from './quickPostgres.ts';
import { runToEnd } from './runToEnd.ts';
import { changedSince } from './startedWith.ts';
import { isAlive, readState, runningSupervisor } from './state.ts';

/** Something that is wrong, and its mend. `warning` does not stop Summit from working. */
export type Finding = { about: string; problem: string; mend: string; warning?: boolean };

/** Looks at everything Summit needs and names each thing that is wrong. Exit code 1 when there is any. */
export async function doctor(options: { json?: boolean }): Promise<void> {
  const findings = await examine();
  const wrong = findings.filter(({ warning }) => !warning);
  if (wrong.length > 0) process.exitCode = 1;
  if (options.json) return printJson({ healthy: wrong.length === 0, findings });
  for (const { about, problem, mend, warning } of findings) {
    say(`${warning ? '⚠' : '✗'} ${about}: ${problem}`);
    say(`  → ${mend}`);
  }
  if (findings.length === 0) say('✅ Nothing is wrong.');
}

async function examine(): Promise<Finding[]> {
  const environment = await readEnvironment(cloneRoot);
  const findings = [...(await envFileFindings(cloneRoot)), ...(await pythonFindings())];
  let installation: Installation;
  try {
    const config = readConfig(environment);
    givenDatabase(config);
    installation = { environment, config, home: homeOf(config.SUMMIT_HOME) };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CommandError)) throw error;
    const problems = error instanceof ConfigError ? error.problems : [error.message];
    return [
      ...findings,
      ...problems.map((problem) => ({
        about: 'settings',
        problem,
        mend: 'Correct it in .env or in the environment.',
      })),
    ];
  }
  const running = runningSupervisor(installation.home) !== undefined;
  findings.push(
    ...(await homeFindings(installation)),
    ...webFindings(),
    ...(await serverFindings(installation)),
    ...(await redisFindings(installation.config)),
    ...(await kafkaFindings(installation.config)),
  );
  if (!running) {
    const problems = await portProblems(installation.config);
    findings.push(
      ...problems.map((problem) => ({
        about: 'ports',
        problem: problem.split('. ')[0]!,
        mend: problem.split('. ').slice(1).join('. '),
      })),
    );
    findings.push({ about: 'processes', problem: 'Summit is not running.', mend: 'make up', warning: true });
    return findings;
  }
  return [
    ...findings,
    ...settingsFindings(installation),
    ...processFindings(installation),
    ...(await doorFindings(installation)),
    ...(await databaseFindings(installation)),
    ...(await neo4jFindings(installation)),
    ...(await peopleFindings(installation)),
  ];
}

/** Whether what runs was started with what is set now. */
function settingsFindings({ environment, home }: Installation): Finding[] {
  const changed = changedSince(readState(home)?.settings, environment);
  if (changed.length === 0) return [];
  const problem = `Summit was started with other values of ${changed.join(', ')} than are set here.`;
  return [{ about: 'settings', problem, mend: 'make down, then make up', warning: true }];
}

/** `.env`: present, private, with every secret filled. */
export async function envFileFindings(clone: string, env = process.env): Promise<Finding[]> {
  const path = join(clone, '.env');
  if (!existsSync(path)) return [{ about: '.env', problem: 'There is none.', mend: 'make bootstrap' }];
  const findings: Finding[] = [];
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0)
    findings.push({
      about: '.env',
      problem: 'Other users of this machine can read its secrets.',
      mend: 'chmod 600 .env',
    });
  const values = parseEnvFile(await readFile(path, 'utf8'));
  const empty = variableNames.filter(
    (name) => (variables[name] as Variable).generated && !values[name] && !env[name],
  );
  if (empty.length > 0)
    findings.push({
      about: 'secrets',
      problem: `${empty.join(', ')} ${empty.length > 1 ? 'are' : 'is'} empty.`,
      mend: 'make bootstrap',
    });
  const seen = new Map<string, VariableName>();
  for (const name of variableNames.filter((each) => (variables[each] as Variable).generated)) {
    const value = values[name];
    const twin = value ? seen.get(value) : undefined;
    if (twin)
      findings.push({
        about: 'secrets',
        problem: `${name} is the same as ${twin}.`,
        mend: `Empty ${name} in .env and run make bootstrap.`,
      });
    if (value) seen.set(value, name);
  }
  return findings;
}

async function pythonFindings(): Promise<Finding[]> {
  if (!existsSync(join(cloneRoot, 'clients/python/pyproject.toml'))) return [];
  const { code } = await runToEnd(join(cloneRoot, '.venv/bin/python'), ['-c', 'import summit']);
  if (code === 0) return [];
  return [
    {
      about: 'Python client',
      problem: 'It is not installed in .venv.',
      mend: 'make bootstrap (Debian: first apt-get install python3-venv)',
      warning: true,
    },
  ];
}

const webFindings = (): Finding[] =>
  existsSync(join(cloneRoot, 'apps/web/dist/index.html'))
    ? []
    : [{ about: 'UI', problem: 'The web pages are not built.', mend: 'make bootstrap' }];

async function homeFindings({ home }: Installation): Promise<Finding[]> {
  if (!existsSync(home.root)) return [];
  const findings: Finding[] = [];
  const disk = await diskProblem(home.root);
  if (disk)
    findings.push({
      about: 'disk',
      problem: disk.split('. ')[0]!,
      mend: disk.split('. ').slice(1).join('. '),
    });
  const { mode } = await stat(home.root);
  if ((mode & 0o066) !== 0)
    findings.push({
      about: 'data folder',
      problem: `Other users can look into ${home.root}.`,
      mend: `chmod 700 "${home.root}"`,
    });
  return findings;
}

function processFindings({ home }: Installation): Finding[] {
  return (readState(home)?.services ?? []).flatMap(({ service, state, pid, restarts }) => {
    const mend = `Read why: make logs s=${service}`;
    if (state !== 'up' || !pid || !isAlive(pid))
      return [{ about: service, problem: `It is ${state}.`, mend }];
    return restarts > 3
      ? [{ about: service, problem: `It had to be started again ${restarts} times.`, mend, warning: true }]
      : [];
  });
}

async function serverFindings({ config }: Installation): Promise<Finding[]> {
  if (config.DATABASE_URL) return [];
  const problem = await quickPostgresProblem(quickPostgresFolder());
  if (problem === undefined || process.platform !== 'linux') return [];
  return [
    {
      about: 'database',
      problem: `The portable, slower server is used, because the quick one cannot run: ${problem}`,
      mend: 'Install what it lacks (Debian: apt-get install libxml2 libgssapi-krb5-2 liblz4-1 libzstd1 libssl3 tzdata), then make bootstrap.',
      warning: true,
    },
  ];
}

async function doorFindings({ config }: Installation): Promise<Finding[]> {
  const url = `${doorUrl(config, 'api')}/health/ready`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return [];
    const { failures = [] } = (await response.json()) as { failures?: string[] };
    return [
      {
        about: 'readiness',
        problem: failures.join(', ') || `${url} answers ${response.status}.`,
        mend: 'make logs',
      },
    ];
  } catch {
    return [{ about: 'gateway', problem: `${url} does not answer.`, mend: 'make logs s=gateway' }];
  }
}

interface Person {
  name: string;
  roles: string[];
  disabledAt: string | null;
}

async function peopleFindings(installation: Installation): Promise<Finding[]> {
  try {
    return judgePeople((await operator<{ users: Person[] }>(installation, ['user-list'])).users);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // That the database does not answer is said already.
    return [];
  }
}

/** Without an owner nothing that acts as the first one works: no sign-in link, no command line. */
export function judgePeople(people: Person[]): Finding[] {
  const owners = people.filter(({ roles }) => roles.includes('owner'));
  const [first] = owners;
  if (!first || owners.some(({ disabledAt }) => disabledAt === null)) return [];
  return [
    {
      about: 'people',
      problem: 'Every owner is disabled: no sign-in link can be made, and the command line cannot act.',
      mend: `bin/summit user enable "${first.name}"`,
    },
  ];
}
