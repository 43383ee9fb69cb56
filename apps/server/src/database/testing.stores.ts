import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, SummitError } from '@summit/process/errors';
import { createLoggerTo, type Logger } from '@summit/process/log';
import { afterAll } from 'vitest';
import { type Postgres, type PostgresOptions, startPostgres18 } from '../../../../servers/postgres.ts';
import { type FaultProxy, proxy } from '../../../../servers/proxy.ts';
import type { Context } from '../context.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { inTransaction } from './inTransaction.ts';
import { migrate } from './migrate.ts';
import { Pulse } from './pulse.ts';
import { sql } from './sql.ts';

export interface StoresDatabase {
  server: Postgres;
  /** Stands between Summit and the server. */
  network: FaultProxy;
  /** Through the network, with its pulse. */
  db: Database;
  pulse: Pulse;
  /** Past the network. */
  direct: Database;
  /** Lines that the pulse logged. */
  lines: string[];
  log: Logger;
}

/** A Postgres of this test file's own, with Summit's tables, behind a network that can be disturbed. */
export async function storesDatabase(
  options: PostgresOptions = {},
  pools: Partial<DatabaseOptions> = {},
): Promise<StoresDatabase> {
  const server = await startPostgres18(options);
  afterAll(() => server.close());
  const network = await proxy(server);
  afterAll(() => network.close());
  await migrate(server.ownerUrl, new URL(server.appUrl));
  const db = new Database({ url: server.variables(network.port).DATABASE_URL, ...pools });
  const direct = new Database({ url: server.appUrl });
  const lines: string[] = [];
  const log = createLoggerTo((line) => lines.push(line), 'test');
  const pulse = new Pulse(db, log);
  await pulse.run();
  afterAll(async () => {
    await pulse.stop();
    await Promise.all([db.close(), direct.close()]);
  });
  return { server, network, db, pulse, direct, lines, log };
}

/** People who write all the time, each asking again under the same key until they are answered. */
export class Load {
  readonly #ctx: Context;
  readonly #running: Promise<void>[];
  #stopped = false;
  /** Titles of what was acknowledged. */
  readonly acknowledged: string[] = [];
  /** How often each error was answered. */
  readonly refused = new Map<ErrorCode, number>();
  /** Milliseconds until each refusal. */
  readonly refusedMs: number[] = [];

  constructor(ctx: Context, people = 4) {
    this.#ctx = ctx;
    this.#running = Array.from({ length: people }, () => this.#write());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Resolves when so many more were acknowledged. */
  async goesOn(more = 5, withinMs = 30_000): Promise<number> {
    const [until, started] = [this.acknowledged.length + more, performance.now()];
    while (this.acknowledged.length < until) {
      if (performance.now() - started > withinMs) throw new Error('nothing is acknowledged');
      await delay(5);
    }
    return performance.now() - started;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const title = randomUUID();
      while (!(await this.#ask(title))) await delay(50);
    }
  }

  async #ask(title: string): Promise<boolean> {
    const started = performance.now();
    try {
      await createInvestigation({ ...this.#ctx, idempotencyKey: title }, { title });
      this.acknowledged.push(title);
      return true;
    } catch (error) {
      if (!(error instanceof SummitError)) throw error;
      this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
      this.refusedMs.push(performance.now() - started);
      return false;
    }
  }
}

/** What stands: titles of investigations, and how many changes made them. */
export async function standing(
  db: Database,
  { scope }: Context,
): Promise<{ titles: string[]; changes: number }> {
  return inTransaction(db, { tenant: scope.tenant, readOnly: true }, async (tx) => {
    const rows = await tx.query<{ title: string }>(
      sql`select title from investigations where tenant_id = ${scope.tenant} order by title`,
    );
    const made = await tx.first<{ count: number }>(sql`
      select count(*)::int as count from changes where tenant_id = ${scope.tenant} and action = 'investigation.created'`);
    return { titles: rows.map(({ title }) => title), changes: made!.count };
  });
}
