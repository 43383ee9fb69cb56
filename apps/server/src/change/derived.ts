import type { Changing } from './command.ts';

/** What an undo or a bulk write touched: enough to compute derived tables again. */
export interface Touched {
  records: readonly string[];
  /** Judgements that an undo gave back or took away. */
  judgements?: readonly string[];
}

export type Derivation = (tx: Changing, touched: Touched) => Promise<void>;

const derivations: Derivation[] = [];

/** A later noun (judgement) keeps a derived table; undo, which knows no nouns, calls it back after restoring rows. */
export function derives(derivation: Derivation): void {
  derivations.push(derivation);
}

export async function deriveAgain(tx: Changing, touched: Touched): Promise<void> {
  if (touched.records.length === 0) return;
  for (const derivation of derivations) await derivation(tx, touched);
}
