import { bounded } from '../graphql/connection.ts';
import type { RequestContext } from '../graphql/request.ts';
import type { Outcome } from './command.ts';
import { type ChangeNode, loadChanges } from './history.queries.ts';
import { read } from './read.ts';

export interface PayloadExtras {
  /** Ids of what it made or touched, in the order of the input. */
  ids?: readonly string[];
  /** Search hits that a new entity looks like. */
  hints?: readonly unknown[];
}

/** What every mutation answers with: the change that was made, or the rows that it would change. */
export async function toPayload(ctx: RequestContext, outcome: Outcome<unknown>, extras: PayloadExtras = {}) {
  // Whatever was loaded before the command ran may have changed with it.
  ctx.loaders.clear();
  const { change, preview } = outcome;
  let made: ChangeNode | undefined;
  if (change !== null) {
    made = await read(ctx, undefined, async (tx) => (await loadChanges(tx, [change])).get(change));
  }
  return {
    change: made ?? null,
    preview: preview
      ? {
          rows: preview.rows,
          bounded: bounded({
            nodes: preview.rows,
            hasMore: preview.total > preview.rows.length,
            total: preview.total,
          }),
        }
      : null,
    ids: extras.ids ?? [],
    hints: extras.hints ?? [],
  };
}
