import { parseArgs } from 'node:util';
import { readConfig } from '@summit/process/config';
import { SummitError } from '@summit/process/errors';
import pg from 'pg';
import type { OperatorCommand } from '../identity/identity.operator.ts';
import { besideOf } from './besidePools.ts';

const SLOW_SECONDS = 30;
const ASK_MS = 3_000;

export interface ReplicaHealth {
  /** Host, port and database. */
  place: string;
  problem: string | null;
  /** Of the log, that it has not played again yet. */
  behindBytes: number | null;
}

/** How each replica stands to the primary that `client` leads to. */
function replicasOf(client: pg.ClientBase, urls: readonly string[]): Promise<ReplicaHealth[]> {
  return Promise.all(
    urls.map(async (url) => {
      const { host, pathname } = new URL(url);
      const place = `${host}${pathname}`;
      try {
        return { place, ...(await replicaOf(client, url)) };
      } catch (error) {
        const { code } = error as { code?: unknown };
        return {
          place,
          problem: `it does not answer (${typeof code === 'string' ? code : 'no answer'})`,
          behindBytes: null,
        };
      }
    }),
  );
}

async function replicaOf(primary: pg.ClientBase, url: string): Promise<Omit<ReplicaHealth, 'place'>> {
  const replica = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: ASK_MS,
    query_timeout: ASK_MS,
    application_name: 'summit-operator',
  });
  replica.on('error', () => {});
  try {
    await replica.connect();
    const { rows } = await replica.query<{ follows: boolean; replayed: string | null; system: string }>(
      `select pg_is_in_recovery() as follows, pg_last_wal_replay_lsn()::text as replayed,
              (select system_identifier::text from pg_control_system()) as system`,
    );
    const { follows, replayed, system } = rows[0]!;
    const here = await primary.query<{ system: string; behind: string | null }>(
      `select (select system_identifier::text from pg_control_system()) as system,
              greatest(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn), 0) as behind`,
      [replayed],
    );
    if (here.rows[0]!.system !== system) return { problem: 'it is of another database', behindBytes: null };
    if (!follows) return { problem: 'it follows nobody', behindBytes: null };
    return { problem: null, behindBytes: Number(here.rows[0]!.behind) };
  } finally {
    await replica.end().catch(() => {});
  }
}

/** What the operator can ask of the database itself. */
export const databaseCommands: Record<string, OperatorCommand> = {
  'database-health': {
    usage: 'database-health [--slower-than SECONDS]',
    help: 'Settings that the change log relies on, and who holds it back (default: for more than 30 seconds).',
    async run(words, { db }) {
      const { values } = parseArgs({
        args: words.filter((word) => word !== '--json'),
        options: { 'slower-than': { type: 'string', default: String(SLOW_SECONDS) } },
      });
      const slowSeconds = Number(values['slower-than']);
      if (!(slowSeconds >= 0))
        throw new SummitError('INPUT_INVALID', { problem: '--slower-than is a number of seconds.' });
      const config = readConfig();
      const client = await db.connect('read');
      try {
        const settings = await client.query<{ name: string; setting: string }>(
          `select name, setting from pg_settings
           where name in ('max_prepared_transactions', 'max_connections', 'superuser_reserved_connections',
                          'reserved_connections', 'server_version', 'server_version_num', 'fsync')`,
        );
        const sight = await client.query<{ sees: boolean; login: string }>(
          `select pg_has_role(current_user, 'pg_monitor', 'member') as sees, current_user as login`,
        );
        const prepared = await client.query<{ gid: string; seconds: number }>(
          `select gid, extract(epoch from now() - prepared)::float8 as seconds from pg_prepared_xacts`,
        );
        // A transaction that writes holds the stable prefix: nothing that reads the log advances beyond it. One that only
        // reads holds back the clearing of old versions.
        const holders = await client.query<Record<string, unknown>>(
          `select pid, usename as login, application_name as application, state,
                  backend_xid is not null as writes, extract(epoch from now() - xact_start)::float8 as seconds
           from pg_stat_activity
           where (backend_xid is not null or backend_xmin is not null) and backend_type = 'client backend'
             and xact_start < now() - make_interval(secs => $1)
           order by xact_start`,
          [slowSeconds],
        );
        const used = await client.query<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity where backend_type = 'client backend'`,
        );
        return {
          settings: Object.fromEntries(settings.rows.map(({ name, setting }) => [name, setting])),
          connections: used.rows[0]!.count,
          // Beside the pools, of each process.
          beside: { server: besideOf('server', config).length, worker: besideOf('worker', config).length },
          ...sight.rows[0]!,
          replicas: await replicasOf(client, config.DATABASE_READ_REPLICAS ?? []),
          prepared: prepared.rows,
          holders: holders.rows,
        };
      } finally {
        client.release();
      }
    },
  },
};
