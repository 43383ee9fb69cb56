/** Who takes facts in from a tenant's topic, and with what rights: asked anew for each batch. */
import type { Context } from '../context.ts';
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { ownTypes } from '../import/importContext.ts';
import { Preparer } from '../import/prepare.ts';
import { ontology as common, type Ontology } from '../ontology/ontology.ts';
import { Actor, type Role } from '../tenant/actor.ts';
import { Dead } from './event.ts';

/** Nothing is read for a tenant: its grant was revoked, or its service user disabled. */
export class Suspended extends Error {
  readonly code = 'INGEST_SUSPENDED';
}

export interface Granted {
  ctx: Context;
  /** Keys of those that may be written; null for all. */
  datasets: readonly string[] | null;
  /** Rows of the dataset by the rules of today. Throws Dead where the grant does not name it. */
  preparerOf(dataset: string): Preparer;
}

interface Row {
  userId: string;
  datasets: string[] | null;
  name: string;
  roles: Role[];
  clearance: number;
}

/** @param datasets what the batch is about. Throws Suspended. */
export function loadGrant(
  services: { db: Database; positionSecret: Uint8Array },
  tenant: string,
  datasets: readonly string[],
): Promise<Granted> {
  return inTransaction(services.db, { tenant, readOnly: true }, async (tx) => {
    const row = await grantOf(tx, tenant);
    if (!row) throw new Suspended('the grant was revoked, or its user is disabled');
    const actor = new Actor(row.userId, row.name, row.roles);
    if (!actor.may('import:run')) throw new Suspended('the user of the grant may not import');
    const types = await ownTypes(tx, tenant);
    const markings = await tx.query<{ key: string; marking: number }>(sql`
      select key, marking from datasets where tenant_id = ${tenant} and key = any(${datasets})`);
    const ontology: Ontology = types.length > 0 ? common.extend(types) : common;
    const preparers = new Map<string, Preparer>();
    return {
      ctx: {
        db: services.db,
        actor,
        scope: { tenant, clearance: row.clearance },
        requestId: 'ingest',
        positionSecret: services.positionSecret,
      },
      datasets: row.datasets,
      preparerOf(dataset) {
        if (row.datasets && !row.datasets.includes(dataset))
          throw new Dead('DATASET_NOT_GRANTED', `the grant does not name the dataset ${dataset}`);
        let preparer = preparers.get(dataset);
        if (!preparer) {
          const marking = markings.find(({ key }) => key === dataset)?.marking ?? 1;
          preparer = new Preparer({ datasetKey: dataset, marking, clearance: row.clearance, ontology });
          preparers.set(dataset, preparer);
        }
        return preparer;
      },
    };
  });
}

const grantOf = (tx: Transaction, tenant: string): Promise<Row | undefined> =>
  tx.first<Row>(sql`
    select g.user_id as "userId", g.datasets, u.name, u.roles, u.clearance
    from operations.ingest_grants g join users u on u.tenant_id = g.tenant_id and u.id = g.user_id
    where g.tenant_id = ${tenant} and u.disabled_at is null`);

/** A right that was taken away since the grant was loaded ends it before the batch is written. Throws Suspended. */
export async function mustStandStill(tx: Transaction, { ctx, datasets }: Granted): Promise<void> {
  const { actor, scope } = ctx;
  const row = await grantOf(tx, scope.tenant);
  const stands =
    row?.userId === actor.id &&
    row.clearance >= scope.clearance &&
    actor.roles.every((role) => row.roles.includes(role)) &&
    (row.datasets === null || (datasets?.every((each) => row.datasets!.includes(each)) ?? false));
  if (!stands) throw new Suspended('a right of the user of the grant was taken away');
}
