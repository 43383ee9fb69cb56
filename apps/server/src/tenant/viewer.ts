import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';

/** The change that a person last said to have seen, of everything or of one investigation. */
export async function lastSeen(ctx: Context, scopeIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<{ scope: string; change: number }>(sql`
      select scope_id as scope, change_id as change from operations.seen
      where tenant_id = ${ctx.scope.tenant} and user_id = ${ctx.actor.id} and scope_id = any(${scopeIds}::uuid[])`),
  );
  return new Map(rows.map(({ scope, change }) => [scope, change]));
}

/** Remembers that the actor has seen everything up to now. Running state, no fact: leaves no change. */
export async function markSeen(ctx: Context, investigationId?: string | null): Promise<number> {
  const { tenant } = ctx.scope;
  const seen = await inTransaction(ctx.db, { tenant }, (tx) =>
    tx.first<{ change: number }>(sql`
      insert into operations.seen (tenant_id, user_id, scope_id, change_id)
      select ${tenant}, ${ctx.actor.id}, ${investigationId ?? ctx.actor.id}, coalesce(max(id), 0)
      from summit.changes where tenant_id = ${tenant}
      on conflict (tenant_id, user_id, scope_id) do update
        set change_id = greatest(seen.change_id, excluded.change_id), at = clock_timestamp()
      returning change_id as change`),
  );
  return seen!.change;
}
