type Change = {
  id: string;
  summary: string;
  rows: number;
  importId: string | null;
  undoOf: string | null;
  undoneBy: string | null;
};

/** A change, or the batches of one import told as one act: their rows summed, the newest's id kept. */
export type Told<Row extends Change> = Row & { batches: number };

/**
 * Joins neighbouring batches of one import, as a person would tell them. 'Imported 41 facts into A from b.csv' and its
 * siblings become one sentence with the sum.
 */
export function groupBatches<Row extends Change>(changes: readonly Row[]): Told<Row>[] {
  const told: Told<Row>[] = [];
  for (const change of changes) {
    const last = told.at(-1);
    const isSame =
      last !== undefined &&
      change.importId !== null &&
      last.importId === change.importId &&
      (last.undoOf === null) === (change.undoOf === null) &&
      (last.undoneBy === null) === (change.undoneBy === null);
    if (!isSame) {
      told.push({ ...change, batches: 1 });
      continue;
    }
    last.batches += 1;
    last.rows += change.rows;
    last.summary = last.summary.replace(/[\d,.]+(?= facts?\b)/, last.rows.toLocaleString('en-GB'));
  }
  return told;
}
