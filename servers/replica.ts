import { chown, mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Settings } from '../apps/cli/src/postgresSettings.ts';
import { freePort } from '../checks/testPostgres.ts';
import { type Postgres, postgresRecipe } from './postgres.ts';
import { runAs } from './runAs.ts';
import { type Server, startServer } from './server.ts';

export type ReplicaOptions = {
  port?: number;
  /** Port by which it reaches its primary: that of a proxy, to disturb what it is sent. */
  through?: number;
  settings?: Settings;
};

export type Replica = Server & {
  /** Of the login that owns nothing. */
  appUrl: string;
  ownerUrl: string;
  variables(port?: number): { DATABASE_READ_REPLICAS: string };
  /** It goes on receiving and shows no more than it shows now. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Waits until it shows everything that its primary has written by now. */
  caughtUp(): Promise<void>;
  /** Makes it a primary of its own. */
  promote(): Promise<void>;
};

const CAUGHT_UP_WITHIN_MS = 60_000;

/** Copies a running primary and follows it. `wipe` copies it anew. */
export async function startReplica(primary: Postgres, options: ReplicaOptions = {}): Promise<Replica> {
  const port = options.port ?? (await freePort());
  const { account, baseBackup } = primary.programs;
  const source = primary.copying.replace(`port=${primary.port}`, `port=${options.through ?? primary.port}`);
  const server = await startServer({
    ...postgresRecipe('postgres-replica', port, primary.programs, options.settings),
    prepare: async (data) => {
      await mkdir(data, { recursive: true, mode: 0o700 });
      if (account) await chown(data, account.uid, account.gid);
      await runAs(account, baseBackup, [
        ...['--pgdata', data, '--dbname', source, '--write-recovery-conf', '--no-sync'],
        ...['--wal-method', 'stream', '--checkpoint', 'fast'],
      ]);
    },
  });

  const appAt = (at: number) => primary.variables(at).DATABASE_URL;
  const ownerUrl = primary.variables(port).DATABASE_OWNER_URL;
  const value = (sql: string) => ask(ownerUrl, sql);
  async function until(sql: string): Promise<void> {
    for (const deadline = Date.now() + CAUGHT_UP_WITHIN_MS; (await value(sql)) !== true; await delay(20))
      if (Date.now() > deadline)
        throw new Error(`the replica is late: ${sql} (${server.said.slice(-1_000)})`);
  }
  return Object.assign(server, {
    appUrl: appAt(port),
    ownerUrl,
    variables: (at = port) => ({ DATABASE_READ_REPLICAS: appAt(at) }),
    pause: async () => {
      await value('select pg_wal_replay_pause()');
      await until("select pg_get_wal_replay_pause_state() = 'paused'");
    },
    resume: async () => void (await value('select pg_wal_replay_resume()')),
    caughtUp: async () => {
      const written = await ask(primary.ownerUrl, 'select pg_current_wal_flush_lsn()');
      await until(`select coalesce(pg_last_wal_replay_lsn() >= '${written}'::pg_lsn, false)`);
    },
    promote: async () => void (await value('select pg_promote(true, 60)')),
  });
}

/** The one value of a statement, run in the database `postgres`, where the rights on replay lie. */
async function ask(url: string, sql: string): Promise<unknown> {
  const address = new URL(url);
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}
