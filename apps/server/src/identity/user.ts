import { SummitError } from '@summit/process/errors';
import type { Database } from '../database/database.ts';
import type { Role } from '../tenant/actor.ts';
import { type Marking, markingName } from '../tenant/marking.ts';
import { queryRows } from './queryRows.ts';

export interface ListedUser {
  id: string;
  tenant: string;
  name: string;
  kind: 'person' | 'agent' | 'system';
  email: string | null;
  roles: Role[];
  clearance: Marking;
  disabledAt: Date | null;
}

export interface ListedTenant {
  id: string;
  name: string;
}

/** As the operator, across tenants: only the owner's login may ask this. */
export async function listTenants(owner: Database): Promise<ListedTenant[]> {
  const rows = await queryRows<ListedTenant>(
    owner,
    'select id, name from summit.tenants order by since_change, id',
  );
  return rows;
}

export async function listUsers(owner: Database, tenant: string): Promise<ListedUser[]> {
  const rows = await queryRows<Omit<ListedUser, 'clearance'> & { clearance: number }>(
    owner,
    `select id, tenant_id as tenant, name, kind, email, roles, clearance, disabled_at as "disabledAt"
     from summit.users where tenant_id = $1 order by since_change, id`,
    [tenant],
  );
  return rows.map((row) => ({ ...row, clearance: markingName(row.clearance) }));
}

/** One thing by id or by name in any case. Throws INPUT_INVALID that says what there is. */
export function pick<Item extends { id: string; name: string }>(
  kind: string,
  items: readonly Item[],
  wanted: string,
): Item {
  const found = items.filter(
    ({ id, name }) => id === wanted.toLowerCase() || name.toLowerCase() === wanted.toLowerCase(),
  );
  if (found.length === 1) return found[0]!;
  const names = items.map(({ name }) => name).join(', ') || 'none';
  const problem =
    found.length === 0
      ? `there is no ${kind} "${wanted}". There is: ${names}.`
      : `"${wanted}" is ${found.length} ${kind}s; give the id.`;
  throw new SummitError('INPUT_INVALID', { problem });
}
