import type { At } from '../change/read.ts';
import type { Props, SourceRef } from '../record/record.ts';

/** One link as said by one dataset, at a moment. */
export interface RelationshipNode {
  at: At;
  id: string;
  datasetId: string;
  sinceChange: number;
  type: string;
  sourceRecord: string;
  targetRecord: string;
  directed: boolean;
  /** Derived from an entity-typed property. */
  reference: boolean;
  props: Props;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  validFrom: string | null;
  validTo: string | null;
  sourceRef: SourceRef | null;
}
