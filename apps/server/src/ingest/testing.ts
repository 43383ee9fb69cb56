/** Events and grants for tests. */
import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { grantIngest } from './grant.commands.ts';
import type { Message } from './message.ts';

export interface Said {
  kind?: 'record' | 'relationship';
  id?: string;
  /** Seconds of a moment. */
  at?: number;
  data: Record<string, unknown>;
}

/** Text of an event about dataset `crm`. */
export const eventText = ({ kind = 'record', id = randomUUID(), at = 0, data }: Said): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/crm',
    type: `summit.ingest.${kind}`,
    time: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
    data: { dataset: 'crm', ...data },
  });

export const person = (key: string, name: string, more: object = {}) => ({
  key,
  schema: 'Person',
  properties: { name: [name] },
  ...more,
});

/** Messages of one partition, one after the other. */
export const messagesFrom = (texts: readonly (string | Buffer)[], first = 0, partition = 0): Message[] =>
  texts.map((text, place) => ({
    partition,
    offset: first + place,
    key: null,
    value: Buffer.from(text),
    headers: [],
  }));

export async function grant(
  ownerUrl: string,
  ctx: Context,
  { datasets = null, clearance = 2 }: { datasets?: string[] | null; clearance?: number } = {},
): Promise<string> {
  const owner = new Database({ url: ownerUrl, asOwner: true, writeSize: 1, readSize: 1 });
  try {
    return await grantIngest(owner, ctx.scope.tenant, { datasets, clearance });
  } finally {
    await owner.close();
  }
}

/** From now on a record called `Slow` takes too long, as Postgres says it, and not as long as that. */
export async function makeSlow(ownerUrl: string, { scope: { tenant } }: Context): Promise<void> {
  const owner = new Database({ url: ownerUrl, asOwner: true, writeSize: 1, readSize: 1 });
  try {
    await inTransaction(owner, { tenant }, ({ client }) =>
      client.query(`
        create function public.takes_too_long() returns trigger language plpgsql as $$
        begin raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$;
        create trigger takes_too_long before insert on summit.records for each row
        when (new.caption = 'Slow') execute function public.takes_too_long()`),
    );
  } finally {
    await owner.close();
  }
}

/** What stands in a tenant: names by source key's id, links, changes made by events, what was parked. */
export function standingOf({ db, scope: { tenant } }: Context) {
  return inTransaction(db, { tenant, readOnly: true }, async (tx) => ({
    records: await tx.query<{ id: string; caption: string; schema: string; marking: number }>(
      sql`select id, caption, schema, marking from records where tenant_id = ${tenant} order by caption, id`,
    ),
    links: await tx.query<{ id: string; type: string; reference: boolean }>(
      sql`select id, type, reference from relationships where tenant_id = ${tenant} order by type, id`,
    ),
    changes: (
      await tx.query(
        sql`select from summit.changes where tenant_id = ${tenant} and action = 'ingest.written'`,
      )
    ).length,
    dead: await tx.query<{ code: string; reason: string; partition: number; offset: number }>(sql`
      select code, reason, partition, message_offset as offset from operations.ingest_dead
      where tenant_id = ${tenant} order by partition, message_offset`),
  }));
}
