import type { Logger } from '@summit/process/log';
import type { Answers } from './change/answers.ts';
import type { SharedReads } from './change/sharedReads.ts';
import type { ImportUndo } from './change/undoAct.ts';
import type { Database } from './database/database.ts';
import type { FilePlace } from './file/file.ts';
import type { GraphStore } from './graph/walk.neo4j.ts';
import type { Actor } from './tenant/actor.ts';

/** What the reader may see at most; which datasets that is at one moment is worked out per read. */
export interface ReaderScope {
  tenant: string;
  /** Rank of the highest marking, see tenant/marking.ts. */
  clearance: number;
  /** Only these datasets; left out, every dataset of the tenant. */
  datasets?: readonly string[];
}

/** Everything one request or job acts with. */
export interface Context {
  db: Database;
  actor: Actor;
  scope: ReaderScope;
  requestId: string;
  traceId?: string;
  /** From the header Idempotency-Key: makes the outcome of a repeated command the first one's. */
  idempotencyKey?: string;
  /** Commands run so far under the key: each of a request's commands has its own outcome. */
  commandsRun?: number;
  /** Key under which change ids leave the server (change/position.ts). */
  positionSecret: Uint8Array;
  /** Where the reads of a question that writes nothing meet (change/sharedReads.ts). */
  sharedReads?: SharedReads;
  /** Where answers to heavy reads are kept; absent where none are. */
  answers?: Answers;
  /** The copy of the graph that questions are asked in; absent where Postgres answers them. */
  graphStore?: GraphStore;
  /** Names of the copies of the graph in other stores; absent where there are none. */
  projections?: readonly string[];
  /** For what goes on after the answer was given: nobody else is told of its failure. */
  log?: Logger;
  /** What undoing a change of an import means; absent where nobody undoes. */
  undoImport?: ImportUndo;
  /** Where original files are kept; absent where no files are met. */
  files?: FilePlace;
}
