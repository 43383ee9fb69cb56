import type { Database } from './database.ts';

/**
 * Rows of one of the functions through which a worker looks across tenants; the app role reaches nothing else outside of a
 * tenant's transaction.
 */
export async function acrossTenants<Row>(db: Database, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    return (await client.query(text, values)).rows as Row[];
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
