import { SummitError } from '@summit/process/errors';
import { claim } from '../change/claim.ts';
import { type Changing, runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { uuidv5, uuidv7 } from '../ids.ts';
import { queueJob } from '../job/job.commands.ts';
import { Actor, type Role } from '../tenant/actor.ts';

/** Whoever acts where no person does: the operator at this machine, and Summit itself. One row in every tenant. */
export const systemActor = { id: '00000000-0000-7000-8000-000000000001', name: 'Summit' } as const;

/** Acts in a tenant as Summit itself, outside of any request. */
export function systemContext(db: Database, tenant: string): Context {
  return {
    db,
    actor: new Actor(systemActor.id, systemActor.name, ['operator']),
    scope: { tenant, clearance: 4 },
    requestId: 'operator',
    // No change id leaves through these commands.
    positionSecret: new Uint8Array(32),
  };
}

/** A new tenant with nobody in it but Summit itself. */
export async function foundTenant(db: Database, name: string): Promise<string> {
  const tenant = uuidv7();
  await runCommand(systemContext(db, tenant), { action: 'tenant.founded' }, async (tx) => {
    tx.says(`Founded ${name}`);
    tx.touches({ kind: 'tenant', id: tenant, caption: name });
    await tx.execute(
      sql`insert into tenants (tenant_id, id, since_change, name) values (${tenant}, ${tenant}, ${tx.change}, ${name})`,
    );
    await tx.execute(sql`
      insert into users (tenant_id, id, since_change, name, kind, roles)
      values (${tenant}, ${systemActor.id}, ${tx.change}, ${systemActor.name}, 'system', '{operator}')`);
  });
  return tenant;
}

export interface UserToAdd {
  name: string;
  roles: Role[];
  /** Rank, see tenant/marking.ts. */
  clearance: number;
  email?: string | undefined;
  /** What a company's provider calls the person, when it is known beforehand. */
  identity?: { issuer: string; subject: string } | undefined;
}

/** Throws INPUT_INVALID when the tenant has somebody of that name. */
export async function addUser(ctx: Context, input: UserToAdd): Promise<string> {
  ctx.actor.mustBeAbleTo('user:write');
  const { tenant } = ctx.scope;
  const id = uuidv7();
  await runCommand(ctx, { action: 'user.added' }, async (tx) => {
    // Of two who add the same name at once the later sees the other's.
    await claim(tx, [uuidv5(`user\0${tenant}\0${input.name.toLowerCase()}`)]);
    const namesake = await tx.first(
      sql`select id from users where tenant_id = ${tenant} and lower(name) = lower(${input.name})`,
    );
    if (namesake)
      throw new SummitError('INPUT_INVALID', { problem: `somebody named ${input.name} is here already.` });
    await tx.execute(sql`
      insert into users (tenant_id, id, since_change, name, email, issuer, subject, roles, clearance)
      values (${tenant}, ${id}, ${tx.change}, ${input.name}, ${input.email ?? null}, ${input.identity?.issuer ?? null},
              ${input.identity?.subject ?? null}, ${input.roles}, ${input.clearance})`);
    // Somebody to show the sample to; a tenant that had it does not get it again.
    if (input.roles.includes('owner')) {
      await queueJob(tx, tenant, { kind: 'sample', payload: {}, exclusiveKey: 'sample' });
    }
    tx.says(`Added ${input.name} as ${input.roles.join(', ')}`);
    tx.touches({ kind: 'user', id, caption: input.name });
  });
  return id;
}

/**
 * Who is disabled is cut off within 5 s everywhere: every resolution asks for it. Enabling again signs nobody in. Throws
 * LAST_OWNER where no active owner would be left.
 */
export async function setDisabled(
  ctx: Context,
  user: { id: string; name: string },
  disabled: boolean,
): Promise<void> {
  ctx.actor.mustBeAbleTo('user:write');
  await runCommand(ctx, { action: disabled ? 'user.disabled' : 'user.enabled' }, async (tx) => {
    // Two owners who disable each other at once would leave none.
    if (disabled) await claim(tx, [ctx.scope.tenant]);
    await tx.execute(sql`
      update users set disabled_at = case when ${disabled} then clock_timestamp() end, since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${user.id} and (disabled_at is null) = ${disabled}`);
    if (disabled) await keepAnOwner(tx, user);
    tx.says(`${disabled ? 'Disabled' : 'Enabled'} ${user.name}`);
    tx.touches({ kind: 'user', id: user.id, caption: user.name });
  });
}

async function keepAnOwner(tx: Changing, { id, name }: { id: string; name: string }): Promise<void> {
  const left = await tx.first<{ was: boolean; owned: boolean }>(sql`
    select bool_or(id = ${id}) as was, bool_or(disabled_at is null) as owned
    from users where tenant_id = ${tx.reader.tenant} and kind <> 'system' and 'owner' = any(roles)`);
  if (left?.was && !left.owned) throw new SummitError('LAST_OWNER', { name });
}

/** Remembers what the provider calls a person whom an owner had invited by address. Throws SIGN_IN_NOT_INVITED if taken. */
export async function bindUser(
  db: Database,
  user: { tenant: string; id: string },
  identity: { issuer: string; subject: string },
): Promise<void> {
  const bound = await runCommand(systemContext(db, user.tenant), { action: 'user.bound' }, async (tx) => {
    tx.touches({ kind: 'user', id: user.id });
    tx.says('Recognised at the first sign-in');
    return tx.execute(sql`
      update users set issuer = ${identity.issuer}, subject = ${identity.subject}, since_change = ${tx.change}
      where tenant_id = ${user.tenant} and id = ${user.id} and issuer is null and disabled_at is null`);
  });
  if (bound.result !== 1) throw new SummitError('SIGN_IN_NOT_INVITED');
}
