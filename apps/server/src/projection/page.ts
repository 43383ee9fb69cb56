import type { Transaction } from '../database/database.ts';
import { type EntityRow, entitiesOf } from './projection.ts';
import { type PagedRecord, recordsAt } from './source.ts';

/** Entities that are named by a record of the page. */
export async function entitiesOfPage(
  tx: Transaction,
  tenant: string,
  page: readonly PagedRecord[],
  position: number,
): Promise<EntityRow[]> {
  const alone = page.filter(({ cluster }) => cluster === null);
  const joined = page.filter(({ cluster }) => cluster !== null);
  const named = new Set(joined.map(({ id }) => id));
  const members = await recordsAt(
    tx,
    joined.map(({ id }) => ({ tenant, id })),
    position,
  );
  return [
    ...alone.map(({ id, schema, dataset, marking }) => ({
      ...{ tenant, id, schemas: [schema], datasets: [dataset], marking, size: 1, records: null },
    })),
    ...entitiesOf(members).filter(({ id }) => named.has(id)),
  ];
}
