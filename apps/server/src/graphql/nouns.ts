import type { Resolvers } from './schema.ts';

/** Every noun's resolvers, in the order of the nouns. */
export const nouns: readonly Resolvers[] = [];
