import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';

/** A message that could not be taken, with what was in it. */
export interface DeadLetter {
  /** Id of the topic. */
  topic: string;
  partition: number;
  offset: number;
  /** Of its value, in hex. */
  digest: string;
  code: string;
  reason: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: [Buffer | null, Buffer | null][];
}

/** Each may be a megabyte. */
const AT_ONCE = 20;

export async function waitingLetters(tx: Transaction, tenant: string): Promise<DeadLetter[]> {
  const rows = await tx.query<
    Omit<DeadLetter, 'headers'> & { headers: [string | null, string | null][] }
  >(sql`
    select topic_id as topic, partition, message_offset as offset, encode(digest, 'hex') as digest, code, reason, key, value, headers
    from operations.ingest_dead where tenant_id = ${tenant} and published_at is null order by at, partition, message_offset limit ${AT_ONCE}`);
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'));
  return rows.map((row) => ({
    ...row,
    headers: row.headers.map(([name, value]): [Buffer | null, Buffer | null] => [bytes(name), bytes(value)]),
  }));
}

/** They stand in the topic of the dead: what was in them need not be kept here. */
export async function letGoOf(
  tx: Transaction,
  tenant: string,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (const { topic, partition, offset, digest } of letters)
    await tx.execute(sql`
      update operations.ingest_dead set published_at = clock_timestamp(), key = null, value = null, headers = '[]'
      where tenant_id = ${tenant} and topic_id = ${topic} and partition = ${partition} and message_offset = ${offset}
        and digest = decode(${digest}, 'hex')`);
}
