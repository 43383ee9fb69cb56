import { parseArgs } from 'node:util';
import { momentOf } from '../change/change.graphql.ts';
import { decodePosition, encodePosition } from '../change/position.ts';
import type { OperatorCommand } from '../identity/identity.operator.ts';
import { systemContext } from '../identity/user.commands.ts';
import { listTenants, pick } from '../identity/user.ts';
import { digestAt } from './digest.queries.ts';
import { recompute } from './recompute.ts';

/** The digest as the operator sees it: every dataset and marking of one tenant. */
export const digestCommands: Record<string, OperatorCommand> = {
  digest: {
    usage: 'digest [--dataset KEY] [--at POSITION] [--tenant TENANT] [--recompute]',
    help: 'Digest and counts of all facts, to compare two copies (default: now, the first tenant).',
    async run(words, { db, positionSecret }) {
      const { values } = parseArgs({
        args: words.filter((word) => word !== '--json'),
        options: {
          dataset: { type: 'string' },
          at: { type: 'string' },
          tenant: { type: 'string' },
          recompute: { type: 'boolean' },
        },
      });
      const tenants = await listTenants(db);
      const tenant = values.tenant === undefined ? tenants[0] : pick('tenant', tenants, values.tenant);
      if (!tenant)
        return {
          position: null,
          content: '0'.repeat(64),
          records: 0,
          relationships: 0,
          references: 0,
          judgements: 0,
        };
      const ctx = { ...systemContext(db, tenant.id), positionSecret };
      const at =
        values.at === undefined
          ? await momentOf(ctx, undefined)
          : decodePosition(positionSecret, tenant.id, values.at);
      const found = await digestAt(ctx, at, values.dataset);
      return {
        position: at === undefined ? null : encodePosition(positionSecret, tenant.id, at),
        ...found,
        ...(values.recompute && { recomputed: await recompute(ctx, at) }),
      };
    },
  },
};
