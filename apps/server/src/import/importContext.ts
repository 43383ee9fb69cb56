import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import type { Database, Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { SchemaDefinition } from '../ontology/ontology.ts';
import { Actor, type Role } from '../tenant/actor.ts';

/** What jobs of files need of their process. */
export interface Services {
  db: Database;
  positionSecret: Uint8Array;
  /** SUMMIT_HOME: kept files stand under its folder `blobs`. */
  home: string;
}

/** The context in which a job acts: as whoever started it, with today's rights. Throws FORBIDDEN when they are gone. */
export async function actAs(
  tx: Transaction,
  services: Services,
  tenant: string,
  userId: string,
  job: string,
): Promise<Context> {
  const user = await tx.first<{ name: string; roles: Role[]; clearance: number; disabled: boolean }>(sql`
    select name, roles, clearance, disabled_at is not null as disabled from summit.users
    where tenant_id = ${tenant} and id = ${userId}`);
  if (!user || user.disabled) throw new SummitError('FORBIDDEN', { permission: 'import:run' });
  const actor = new Actor(userId, user.name, user.roles);
  actor.mustBeAbleTo('import:run');
  return {
    db: services.db,
    actor,
    scope: { tenant, clearance: user.clearance },
    requestId: job,
    positionSecret: services.positionSecret,
  };
}

/** Types of the tenant's own. */
export async function ownTypes(tx: Transaction, tenant: string): Promise<SchemaDefinition[]> {
  const rows = await tx.query<{ definition: SchemaDefinition }>(
    sql`select definition from ontology_types where tenant_id = ${tenant} order by name`,
  );
  return rows.map(({ definition }) => definition);
}
