import type { Database } from './database.ts';

/** Rejects when the database does not answer. */
export async function ping(db: Database): Promise<void> {
  const client = await db.connect('read');
  let broken: Error | undefined;
  try {
    await client.query('select 1');
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Refuses to serve when the log's current epoch is of another cluster than this one: ids would be given twice. `migrate`,
 * which runs as the owner, opens the new epoch.
 */
export async function checkEpoch(db: Database): Promise<void> {
  const client = await db.connect('read');
  try {
    const { rows } = await client.query<{ stands: boolean }>(`
      select e.system_identifier = (select system_identifier::text from pg_control_system()) as stands
      from operations.epochs e order by e.id desc limit 1`);
    if (!rows[0]?.stands)
      throw new Error('the database was restored into another cluster: run "summit migrate" first');
  } finally {
    client.release();
  }
}
