import type { ServerResponse } from 'node:http';
import type DataLoader from 'dataloader';
import type { Context } from '../context.ts';

/** The context of one GraphQL request. Loaders live as long as it does; a mutation clears them. */
export interface RequestContext extends Context {
  loaders: Map<string, DataLoader<string, unknown>>;
  /** Aborted when whoever asked has gone. */
  signal?: AbortSignal | undefined;
}

export const requestContext = (ctx: Context, signal?: AbortSignal): RequestContext => ({
  ...ctx,
  loaders: new Map(),
  signal,
});

/** Made once: an error of its own for each request cost as much as reading its headers. */
const over = Object.assign(new Error('the request is over'), { code: 'ABORT_ERR' });

/** Aborted when the answer is out or whoever waited for it has gone. */
export function untilGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort(over));
  return gone.signal;
}
