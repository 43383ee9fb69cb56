import { type Database, isConnectionFailure, unavailable } from '../database/database.ts';

/**
 * The rows of one statement outside of any tenant: who asks comes before which tenant is read. The app role reaches only
 * the identity functions of schema operations so, the owner's login their tables. Throws DATABASE_UNAVAILABLE.
 */
export async function queryRows<Row extends object>(
  db: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    return (await client.query<Row>(text, values)).rows;
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
    broken = error as Error;
    throw unavailable(error);
  } finally {
    client.release(broken);
  }
}

export async function queryOne<Row extends object>(
  db: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row | undefined> {
  return (await queryRows<Row>(db, text, values))[0];
}
