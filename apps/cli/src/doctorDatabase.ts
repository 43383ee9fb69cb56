import type { Config } from '@summit/process/config';
import type { Finding } from './doctor.ts';
import { givenDatabase, placeOf } from './givenDatabase.ts';
import { CommandError, type Installation } from './installation.ts';
import { operator } from './operator.ts';

type Health = {
  settings: Record<string, string>;
  connections: number;
  /** Connections that each process keeps outside of its pools. */
  beside: { server: number; worker: number };
  /** The owner's login, and whether it sees what others' sessions do. */
  login: string;
  sees: boolean;
  replicas: { place: string; problem: string | null; behindBytes: number | null }[];
  prepared: { gid: string; seconds: number }[];
  holders: {
    pid: number;
    login: string;
    application: string;
    state: string;
    writes: boolean;
    seconds: number;
  }[];
};

/** What an operator's command opens at most. */
const OPERATOR_CONNECTIONS = 4;

/** Whether all pools of server and worker fit into what the database grants. */
export function judgeRoom(
  settings: Record<string, string>,
  pools: Pick<Config, 'PG_WRITE_POOL_SIZE' | 'PG_READ_POOL_SIZE'>,
  beside: Health['beside'],
): Finding[] {
  const reserved =
    Number(settings.superuser_reserved_connections ?? 0) + Number(settings.reserved_connections ?? 0);
  const granted = Number(settings.max_connections) - reserved;
  const pooled = 2 * (pools.PG_WRITE_POOL_SIZE + pools.PG_READ_POOL_SIZE);
  const needed = pooled + beside.server + beside.worker + OPERATOR_CONNECTIONS;
  if (needed <= granted) return [];
  return [
    {
      about: 'database',
      problem: `Server and worker may need ${needed} connections, and the database grants ${granted}.`,
      mend: `Raise max_connections to ${needed + reserved}, or lower PG_WRITE_POOL_SIZE and PG_READ_POOL_SIZE.`,
      warning: true,
    },
  ];
}

/** Behind by more than this a replica is hardly ever read from. */
const BEHIND_BYTES = 64 * 1024 * 1024;

/** What is wrong with the read replicas. Summit works without them. */
export const judgeReplicas = (replicas: Health['replicas']): Finding[] =>
  replicas.flatMap(({ place, problem, behindBytes }) => {
    if (problem !== null)
      return [
        {
          about: 'read replica',
          problem: `${place}: ${problem}.`,
          mend: 'The primary answers meanwhile. Mend the replica, or take it out of DATABASE_READ_REPLICAS.',
          warning: true,
        },
      ];
    if ((behindBytes ?? 0) <= BEHIND_BYTES) return [];
    return [
      {
        about: 'read replica',
        problem: `${place} is ${Math.round(behindBytes! / 1024 / 1024)} MB behind.`,
        mend: 'The primary answers meanwhile. Look at the disk and the network of the replica.',
        warning: true,
      },
    ];
  });

/** What is wrong with the database, its room and its replicas. */
export async function databaseFindings(installation: Installation): Promise<Finding[]> {
  try {
    const health = await operator<Health>(installation, ['database-health']);
    return [
      ...judgeDatabase(health),
      ...judgeRoom(health.settings, installation.config, health.beside),
      ...judgeReplicas(health.replicas),
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [{ about: 'database', problem: error.message, mend: databaseMend(installation) }];
  }
}

const databaseMend = ({ config }: Installation): string => {
  const given = givenDatabase(config);
  return given ? `Start the database at ${placeOf(given)}, or correct DATABASE_URL.` : 'make logs s=postgres';
};

/** What is wrong with the database, from what it says of itself. */
export function judgeDatabase({
  settings,
  connections,
  login,
  sees,
  prepared,
  holders,
}: Omit<Health, 'replicas' | 'beside'>): Finding[] {
  const findings: Finding[] = [];
  if (Number(settings.max_prepared_transactions) > 0) {
    findings.push({
      about: 'database',
      problem: `max_prepared_transactions is ${settings.max_prepared_transactions}; a forgotten prepared transaction would stop the change log.`,
      mend: 'Set it to 0 in the settings of Postgres and start it again.',
    });
  }
  for (const { gid } of prepared)
    findings.push({
      about: 'change log',
      problem: `The prepared transaction ${gid} holds it back.`,
      mend: `rollback prepared '${gid}'`,
    });
  for (const { pid, login, application, state, writes, seconds } of holders) {
    findings.push({
      about: writes ? 'change log' : 'old versions',
      problem: `Session ${pid} (${login}, ${application || 'no name'}, ${state}) has held it back for ${Math.round(seconds)} s.`,
      mend: `Let it finish, or end it: select pg_terminate_backend(${pid})`,
      warning: !writes,
    });
  }
  if (!sees) {
    findings.push({
      about: 'database',
      problem: `${login} does not see others' sessions: who holds back the change log cannot be named.`,
      mend: `As a superuser: grant pg_monitor to ${login}`,
      warning: true,
    });
  }
  const limit = Number(settings.max_connections);
  if (connections > limit * 0.8) {
    findings.push({
      about: 'database',
      problem: `${connections} of ${limit} connections are used.`,
      mend: 'Lower PG_WRITE_POOL_SIZE and PG_READ_POOL_SIZE.',
      warning: true,
    });
  }
  return findings;
}
