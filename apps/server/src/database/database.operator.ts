import { parseArgs } from 'node:util';
import { SummitError } from '@summit/process/errors';
import type { OperatorCommand } from '../identity/identity.operator.ts';

const SLOW_SECONDS = 30;

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
      const client = await db.connect('read');
      try {
        const settings = await client.query<{ name: string; setting: string }>(
          `select name, setting from pg_settings
           where name in ('max_prepared_transactions', 'max_connections', 'server_version', 'fsync')`,
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
          prepared: prepared.rows,
          holders: holders.rows,
        };
      } finally {
        client.release();
      }
    },
  },
};
