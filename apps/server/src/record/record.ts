import type { At } from '../change/read.ts';

export type Props = Record<string, string[]>;

/** Where in its source a fact stands; `sourceRow` opens that very row of the kept file. */
export interface SourceRef {
  import?: string;
  row?: number;
  line?: number;
  byteOffset?: number;
  byteLength?: number;
  path?: string;
  also?: SourceRef[];
}

/** What one dataset says of one thing, at a moment. */
export interface RecordNode {
  at: At;
  id: string;
  datasetId: string;
  sinceChange: number;
  schema: string;
  caption: string;
  props: Props;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  validFrom: string | null;
  validTo: string | null;
  sourceRef: SourceRef | null;
  countries: string[];
  firstDate: string | null;
  lastDate: string | null;
  revoked: boolean;
}
