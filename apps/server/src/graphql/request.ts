import type DataLoader from 'dataloader';
import type { Context } from '../context.ts';

/** The context of one GraphQL request. Loaders live as long as it does; a mutation clears them. */
export interface RequestContext extends Context {
  loaders: Map<string, DataLoader<string, unknown>>;
}

export const requestContext = (ctx: Context): RequestContext => ({ ...ctx, loaders: new Map() });
