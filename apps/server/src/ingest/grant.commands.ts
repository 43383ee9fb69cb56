import { runCommand } from '../change/command.ts';
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { checkedKey } from '../dataset/dataset.ts';
import { systemContext } from '../identity/user.commands.ts';
import { uuidv5 } from '../ids.ts';

/** The service user of a tenant: it acts, history names it, and whoever disables it stops it. */
export const INGEST_USER = 'Kafka ingest';
const userOf = (tenant: string): string => uuidv5(`ingest\0${tenant}`);

export interface Grant {
  /** Keys of the datasets that may be written; null for all. */
  datasets: readonly string[] | null;
  /** Rank of the highest marking that events may carry and touch. */
  clearance: number;
}

/** Lets events of the tenant's topic in, as a service user made for it. As the owner of the database. Throws INPUT_INVALID. */
export async function grantIngest(
  owner: Database,
  tenant: string,
  { datasets, clearance }: Grant,
): Promise<string> {
  const user = userOf(tenant);
  datasets?.forEach(checkedKey);
  const note = (tx: Transaction) =>
    tx.execute(sql`
      insert into operations.ingest_grants (tenant_id, user_id, datasets) values (${tenant}, ${user}, ${datasets})
      on conflict (tenant_id) do update set user_id = excluded.user_id, datasets = excluded.datasets, at = clock_timestamp()`);
  await runCommand(
    systemContext(owner, tenant),
    {
      action: 'ingest.granted',
      // The user stands already as it should.
      withoutChange: async (tx) => void (await note(tx)),
    },
    async (tx) => {
      const standing = await tx.first(sql`select from users where tenant_id = ${tenant} and id = ${user}`);
      await tx.execute(
        standing
          ? sql`update users set since_change = ${tx.change}, clearance = ${clearance}, roles = '{analyst}', disabled_at = null
              where tenant_id = ${tenant} and id = ${user}
                and (clearance <> ${clearance} or roles <> '{analyst}' or disabled_at is not null)`
          : sql`insert into users (tenant_id, id, since_change, name, kind, roles, clearance)
              values (${tenant}, ${user}, ${tx.change}, ${INGEST_USER}, 'agent', '{analyst}', ${clearance})`,
      );
      await note(tx);
      tx.says('Let events in from Kafka');
      tx.touches({ kind: 'user', id: user, caption: INGEST_USER });
    },
  );
  return user;
}

/** Says whether there was a grant. What came in stays. */
export async function revokeIngest(owner: Database, tenant: string): Promise<boolean> {
  const user = userOf(tenant);
  let was = false;
  const note = async (tx: Transaction) => {
    was = (await tx.execute(sql`delete from operations.ingest_grants where tenant_id = ${tenant}`)) > 0;
  };
  await runCommand(
    systemContext(owner, tenant),
    { action: 'ingest.revoked', withoutChange: note },
    async (tx) => {
      await tx.execute(sql`
        update users set since_change = ${tx.change}, disabled_at = clock_timestamp()
        where tenant_id = ${tenant} and id = ${user} and disabled_at is null`);
      await note(tx);
      tx.says('Lets no more events in from Kafka');
      tx.touches({ kind: 'user', id: user, caption: INGEST_USER });
    },
  );
  return was;
}

/** Reads the tenant's topic again from its oldest message; what had its effect has none again. */
export async function replayIngest(owner: Database, tenant: string): Promise<void> {
  await inTransaction(owner, { tenant }, (tx) =>
    tx.execute(
      sql`update operations.ingest_offsets set next_offset = 0, leader_epoch = null, at = clock_timestamp() where tenant_id = ${tenant}`,
    ),
  );
}

/** Tells all changes of the tenant again, as the same events. */
export async function republish(owner: Database, tenant: string): Promise<void> {
  await inTransaction(owner, { tenant }, (tx) =>
    tx.execute(sql`delete from operations.published where tenant_id = ${tenant}`),
  );
}
