import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@summit/process/metrics';
import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import type { At, Reader, Reading } from './read.ts';

/** What a replica has to be asked about at most; where more is new, the primary answers. */
const FRESH_MOST = 1_000;
/** A replica that lacks the newest changes is asked again so often, after so long. */
const TRIES = 3;
const AGAIN_MS = 8;

/**
 * Opens a reading on a replica that has every change of the tenant which the primary has at this moment: one's own last write,
 * whichever process took it, and what others were told of. What the reader may see is the primary's to say as well. Returns
 * false when the primary has to answer, and then nothing was read.
 */
export async function readOnReplica(
  { db, scope }: Context,
  at: At,
  readerOf: (tx: Transaction) => Promise<Reader>,
  work: (tx: Reading) => Promise<void>,
): Promise<boolean> {
  const candidate = db.replicas?.pick();
  if (!candidate) return passedOver('none');
  const options = { tenant: scope.tenant, asOf: at, clearance: scope.clearance, readOnly: true };
  const { reader, fresh } = await inTransaction(db, options, async (tx) => {
    const [reader, rows] = await Promise.all([
      readerOf(tx),
      tx.query<{ id: number }>(sql`
        select id from summit.changes where tenant_id = ${scope.tenant} and id >= ${candidate.floor}
        order by id limit ${FRESH_MOST + 1}`),
    ]);
    return { reader, fresh: rows.map(({ id }) => id) };
  });
  if (fresh.length > FRESH_MOST) return passedOver('behind');

  let begun = false;
  for (let tries = 1; ; tries++) {
    try {
      await inTransaction(candidate.db, options, async (tx) => {
        await mustHave(tx, scope.tenant, fresh);
        begun = true;
        metrics.databaseReads.inc({ server: 'replica' });
        await work(Object.assign(tx, { reader, at }));
      });
      return true;
    } catch (error) {
      if (begun) throw error;
      if (!(error instanceof Behind)) return passedOver('failed');
      if (tries === TRIES) return passedOver('behind');
      await delay(AGAIN_MS);
    }
  }
}

async function mustHave(tx: Transaction, tenant: string, changes: readonly number[]): Promise<void> {
  if (changes.length === 0) return;
  const row = await tx.first<{ count: number }>(sql`
    select count(*)::int as count from summit.changes where tenant_id = ${tenant} and id = any(${changes}::bigint[])`);
  if (row!.count < changes.length) throw new Behind();
}

class Behind extends Error {}

function passedOver(reason: 'none' | 'behind' | 'failed'): false {
  metrics.replicaPassed.inc({ reason });
  return false;
}
