import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Transaction } from './database.ts';

/** Streams rows in COPY's text form into a table that carries no row-level security (a staging table). */
export async function copyInto(tx: Transaction, table: string, rows: Uint8Array): Promise<void> {
  if (!/^[a-z_.]+$/.test(table)) throw new TypeError(`not a table: ${table}`);
  const stream = tx.client.query(copyFrom(`copy ${table} from stdin`));
  stream.end(rows);
  await finished(stream);
}
