import { resolvers as change } from '../change/change.graphql.ts';
import { resolvers as digest } from '../digest/digest.graphql.ts';
import { resolvers as investigation } from '../investigation/investigation.graphql.ts';
import { resolvers as judgement } from '../judgement/judgement.graphql.ts';
import { resolvers as tenant } from '../tenant/tenant.graphql.ts';
import type { Resolvers } from './schema.ts';

/** Every noun's resolvers, in the order of the nouns. */
export const nouns: readonly Resolvers[] = [change, digest, tenant, judgement, investigation];
