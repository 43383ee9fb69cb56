import { resolvers as change } from '../change/change.graphql.ts';
import { resolvers as dataset } from '../dataset/dataset.graphql.ts';
import { resolvers as digest } from '../digest/digest.graphql.ts';
import { resolvers as entity } from '../entity/entity.graphql.ts';
import { resolvers as exports } from '../export/export.graphql.ts';
import { resolvers as graph } from '../graph/graph.graphql.ts';
import { resolvers as imports } from '../import/import.graphql.ts';
import { resolvers as investigation } from '../investigation/investigation.graphql.ts';
import { resolvers as judgement } from '../judgement/judgement.graphql.ts';
import { resolvers as live } from '../live/live.graphql.ts';
import { resolvers as ontology } from '../ontology/ontology.graphql.ts';
import { resolvers as projection } from '../projection/projection.graphql.ts';
import { resolvers as record } from '../record/record.graphql.ts';
import { resolvers as relationship } from '../relationship/relationship.graphql.ts';
import { resolvers as search } from '../search/search.graphql.ts';
import { resolvers as tenant } from '../tenant/tenant.graphql.ts';
import type { Resolvers } from './schema.ts';

/** Every noun's resolvers, in the order of the nouns. */
export const nouns: readonly Resolvers[] = [
  change,
  digest,
  tenant,
  ontology,
  dataset,
  record,
  relationship,
  entity,
  search,
  judgement,
  projection,
  graph,
  investigation,
  imports,
  exports,
  live,
];
