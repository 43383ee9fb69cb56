import type { At } from '../change/read.ts';

/** What `Query.at` gives its fields: reads below it are as of `at`. */
export interface MomentNode {
  at: number;
  time: Date;
}

/** The moment a field reads: its parent's, or now below Query and Mutation. */
export const atOf = (parent: unknown): At =>
  typeof parent === 'object' && parent !== null && 'at' in parent && typeof parent.at === 'number'
    ? parent.at
    : undefined;
