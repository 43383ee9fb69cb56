import { parseArgs } from 'node:util';
import { SummitError } from '@summit/process/errors';
import { encodePosition } from '../change/position.ts';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import type { OperatorCommand } from '../identity/identity.operator.ts';
import { type ListedTenant, listTenants, pick } from '../identity/user.ts';
import { markingName, markingRank } from '../tenant/marking.ts';
import { grantIngest, replayIngest, republish, revokeIngest } from './grant.commands.ts';

/** Changes that wait are counted up to so many. */
const COUNTED_MOST = 10_000;

const tenantOption = { tenant: { type: 'string' } } as const;

/** What the operator can say about Kafka: who lets events in, and how far both ways have come. */
export const ingestCommands: Record<string, OperatorCommand> = {
  'kafka-status': {
    usage: 'kafka-status [--tenant TENANT]',
    help: 'How far changes are published and events taken in, and what was parked.',
    async run(words, { db, positionSecret }) {
      const tenant = await tenantOf(db, read(words, tenantOption).tenant);
      return { tenant: tenant.name, ...(await statusOf(db, tenant.id, positionSecret)) };
    },
  },
  'kafka-grant': {
    usage: 'kafka-grant [--dataset KEY]… [--clearance TLP:…] [--tenant TENANT]',
    help: 'Lets events of the tenant’s topic in, into the named datasets or all, as a service user made for it.',
    async run(words, { db }) {
      const options = {
        ...tenantOption,
        dataset: { type: 'string', multiple: true },
        clearance: { type: 'string' },
      } as const;
      const values = read(words, options);
      const tenant = await tenantOf(db, values.tenant);
      const clearance = markingRank(values.clearance ?? 'TLP:AMBER');
      const datasets = values.dataset ?? null;
      const user = await grantIngest(db, tenant.id, { datasets, clearance });
      return { grant: { tenant: tenant.id, user, datasets, clearance: markingName(clearance) } };
    },
  },
  'kafka-revoke': {
    usage: 'kafka-revoke [--tenant TENANT]',
    help: 'Lets no more events in and disables the service user. What came in stays.',
    async run(words, { db }) {
      const tenant = await tenantOf(db, read(words, tenantOption).tenant);
      return { revoked: await revokeIngest(db, tenant.id) };
    },
  },
  'kafka-replay': {
    usage: 'kafka-replay [--tenant TENANT]',
    help: 'Reads the tenant’s topic again from its oldest message. What had its effect has none again.',
    async run(words, { db }) {
      const tenant = await tenantOf(db, read(words, tenantOption).tenant);
      await replayIngest(db, tenant.id);
      return { replaying: tenant.id };
    },
  },
  'kafka-republish': {
    usage: 'kafka-republish [--tenant TENANT]',
    help: 'Tells all changes of the tenant again, under the same ids.',
    async run(words, { db }) {
      const tenant = await tenantOf(db, read(words, tenantOption).tenant);
      await republish(db, tenant.id);
      return { republishing: tenant.id };
    },
  },
};

function statusOf(db: Database, tenant: string, secret: Uint8Array): Promise<object> {
  return inTransaction(db, { tenant, readOnly: true }, async (tx) => {
    const published = await tx.first<{ change: number; at: Date }>(sql`
      select change_id as change, at from operations.published where tenant_id = ${tenant}`);
    // Those too that a transaction holds back from being told.
    const waiting = await tx.first<{ changes: number }>(sql`
      select count(*)::int as changes from (select from summit.changes
        where tenant_id = ${tenant} and id > ${published?.change ?? 0} limit ${COUNTED_MOST}::int) n`);
    const grant = await tx.first<{
      user: string;
      datasets: string[] | null;
      clearance: number;
      disabled: boolean;
    }>(sql`
      select u.name as "user", g.datasets, u.clearance, u.disabled_at is not null as disabled
      from operations.ingest_grants g join users u on u.tenant_id = g.tenant_id and u.id = g.user_id where g.tenant_id = ${tenant}`);
    const partitions = await tx.query(sql`
      select partition, next_offset as next, end_offset as "end", at from operations.ingest_offsets o
      where tenant_id = ${tenant} and topic_id = (
        select topic_id from operations.ingest_offsets l where l.tenant_id = ${tenant} order by at desc limit 1)
      order by partition`);
    const dead = await tx.query(sql`
      select code, count(*)::int as messages, max(at) as last, count(*) filter (where published_at is null)::int as unpublished
      from operations.ingest_dead where tenant_id = ${tenant} group by code order by code`);
    return {
      published: published
        ? {
            position: published.change === 0 ? null : encodePosition(secret, tenant, published.change),
            at: published.at,
          }
        : null,
      waiting: waiting!.changes,
      waitingIsExact: waiting!.changes < COUNTED_MOST,
      grant: grant ? { ...grant, clearance: markingName(grant.clearance) } : null,
      partitions,
      dead,
    };
  });
}

/** The named tenant, or the first. */
async function tenantOf(db: Database, wanted: string | undefined): Promise<ListedTenant> {
  const tenants = await listTenants(db);
  const found = wanted === undefined ? tenants[0] : pick('tenant', tenants, wanted);
  if (!found) throw new SummitError('NOT_FOUND', { what: 'tenant' });
  return found;
}

function read<const O extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(
  words: string[],
  options: O,
) {
  try {
    return parseArgs({ args: words.filter((word) => word !== '--json'), options, strict: true }).values;
  } catch (error) {
    throw new SummitError('INPUT_INVALID', { problem: `${(error as Error).message}.` });
  }
}
