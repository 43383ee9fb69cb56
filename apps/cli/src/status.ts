import { givenDatabase, placeOf } from './givenDatabase.ts';
import { doorUrl, thisInstallation } from './installation.ts';
import { printJson, say, table } from './output.ts';
import { isAlive, readState, runningSupervisor, type ServiceStatus } from './state.ts';

/** Says what runs, since when, and how often it had to be started again. Exit code 1 when not all is up. */
export async function status(options: { json?: boolean }): Promise<void> {
  const { config, home } = await thisInstallation();
  const given = givenDatabase(config);
  const supervisor = runningSupervisor(home);
  const state = readState(home);
  const known = state?.services ?? [];
  const services = known.map((each) =>
    each.pid && isAlive(each.pid) ? each : { ...each, state: 'stopped' as const, pid: null },
  );
  const up = supervisor !== undefined && services.length > 0 && services.every(({ state }) => state === 'up');
  if (!up) process.exitCode = 1;
  const set = { ui: config.SUMMIT_PUBLIC_URL, api: doorUrl(config, 'api') };
  // Where it was started: the settings of this shell may be others.
  const { ui = set.ui, api = set.api } = (supervisor && state) || {};
  if (options.json) {
    printJson({
      running: up,
      supervisor: supervisor ?? null,
      mode: given ? null : 'embedded',
      ...(given && { database: placeOf(given) }),
      services,
      ui,
      api,
    });
    return;
  }
  if (!supervisor && services.every(({ state }) => state === 'stopped'))
    return say('Summit is not running; start it with `make up`.');
  say(`UI   ${ui}`);
  say(`API  ${api}`);
  if (given) say(`DB   ${placeOf(given)}  (yours)`);
  if (ui !== set.ui || api !== set.api)
    say(
      `It was started with other ports than are set here (${set.ui}, ${set.api}): put them into .env, for every shell.`,
    );
  say();
  say(table([['NAME', 'STATE', 'PID', 'PORT', 'RESTARTS', 'SINCE'], ...services.map(row)]));
}

const row = ({ service, state, pid, port, restarts, since }: ServiceStatus): string[] => [
  service,
  state === 'up' ? `Up ${age(since)}` : state,
  pid ? String(pid) : '-',
  port ? `127.0.0.1:${port}` : '-',
  String(restarts),
  since,
];

function age(since: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
