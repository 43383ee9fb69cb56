import { type Installation, thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say, table } from './output.ts';

type Json = { json?: boolean };

interface Status {
  projection: string;
  state: string;
  lagChanges: number;
  lagIsExact: boolean;
  lagSeconds: number;
  paused: boolean;
  progress: { done: number; of: number } | null;
  problem: string | null;
  rebuildWaits: boolean;
  store?: string;
}

interface Report {
  equal: boolean;
  repaired: boolean;
  straysSeen: boolean;
  entities: number;
  links: number;
  differences: Record<'missing' | 'extra' | 'stale' | 'wrongTenant', number>;
  datasets: { dataset: string; equal: boolean; postgres: Counted; neo4j: Counted }[];
  named: { kind: string; what: string; tenant: string | null; id: string | null }[];
}

type Counted = { entities: number; links: number; digest: string };

/** Shown to people; `--json` has all of them. */
const SHOWN = 20;

/** Where the copy of the graph in another store stands. */
export async function projectionStatus(name: string, options: Json): Promise<void> {
  show(await asked(name, 'status'), options);
}

export async function pauseProjection(name: string, options: Json): Promise<void> {
  show(await asked(name, 'pause'), options);
}

export async function resumeProjection(name: string, options: Json): Promise<void> {
  show(await asked(name, 'resume'), options);
}

/** A new generation beside the one that serves; waits until it has taken over. */
export async function rebuildProjection(name: string, options: Json & { wait?: boolean }): Promise<void> {
  if (!options.json && options.wait !== false)
    say(
      'A new generation is filled; what serves goes on serving. This takes a minute or two a million rows.',
    );
  show(await asked(name, 'rebuild', options.wait === false ? ['--no-wait'] : []), options);
}

/** Exit code 1 where the copy differs and was not repaired. */
export async function verifyProjection(name: string, options: Json & { repair?: boolean }): Promise<void> {
  const report = await asked<Report>(name, 'verify', options.repair ? ['--repair'] : []);
  if (!report.equal && !report.repaired) process.exitCode = 1;
  if (options.json) return printJson(report);
  const { entities, links, datasets, differences, named, equal, repaired } = report;
  const differing = datasets.filter((each) => !each.equal);
  if (differing.length > 0)
    say(
      table([
        ['dataset', 'entities', `in ${name}`, 'links', `in ${name}`],
        ...differing.map(({ dataset, postgres, neo4j }) => [
          dataset,
          ...[postgres.entities, neo4j.entities, postgres.links, neo4j.links].map(String),
        ]),
      ]),
    );
  for (const { kind, what, tenant, id } of named.slice(0, SHOWN))
    say(`${kind} ${what} ${id ?? 'without id'} of tenant ${tenant ?? 'unknown'}`);
  if (named.length > SHOWN) say(`… and ${named.length - SHOWN} more; --json names them.`);
  const found = Object.entries(differences)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
  if (equal) say(`✅ ${name} agrees with Postgres: ${entities} entities, ${links} links.`);
  else if (repaired) say(`✅ Repaired: ${found}.`);
  else say(`✗ ${name} differs: ${found}. Set it right: bin/summit projection verify ${name} --repair`);
  if (!report.straysSeen)
    say(
      '  Rows that belong to no generation were not looked for: one is being made. Ask again when it serves.',
    );
}

const asked = async <T = Status>(name: string, what: string, more: string[] = []): Promise<T> => {
  const installation: Installation = await thisInstallation();
  return operator<T>(installation, [`projection-${what}`, name, ...more]);
};

function show(status: Status, { json }: Json): void {
  if (json) {
    printJson(status);
    return;
  }
  const { state, lagChanges, lagIsExact, lagSeconds, progress, problem, rebuildWaits, store } = status;
  const changes = `${lagIsExact ? '' : 'at least '}${lagChanges} change${lagChanges === 1 ? '' : 's'}`;
  const behind = lagChanges === 0 ? 'nothing behind' : `${changes}, ${lagSeconds.toFixed(1)} s behind`;
  const done = progress ? `, ${progress.done} of about ${Math.round(progress.of)} rows filled` : '';
  say(`${status.projection}: ${state}, ${behind}${done}`);
  if (problem) say(`  held up: ${problem}`);
  if (rebuildWaits) say('  a rebuild was asked for and has not begun');
  if (store !== undefined && store !== 'answers') say(`  the store does not answer: ${store}`);
}
