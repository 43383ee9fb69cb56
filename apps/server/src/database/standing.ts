import type pg from 'pg';
import type { Database } from './database.ts';

/** Refuses to serve where `standsHere` does; at the start, so that it is told at once. */
export async function checkEpoch(db: Database): Promise<void> {
  const client = await db.connect('read');
  try {
    await standsHere(client);
  } finally {
    client.release();
  }
}

interface Standing {
  follows: boolean;
  same: boolean;
  /** Null on a server that follows another one. */
  current: boolean | null;
}

/**
 * Looks, on each new connection, whether ids of changes may be given here. Throws EPOCH_CHANGED on another cluster than the one
 * that gave the last ids (`migrate`, which runs as the owner, opens the next epoch), 25006 on a server that only follows. After
 * a takeover the next epoch is opened first.
 */
export async function standsHere(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Standing>(`
    select pg_is_in_recovery() as follows,
           e.system_identifier = (select system_identifier::text from pg_control_system()) as same,
           case when not pg_is_in_recovery() then e.timeline = operations.timeline() end as current
    from operations.epochs e order by e.id desc limit 1`);
  const [standing] = rows;
  if (!standing?.same)
    throw Object.assign(
      new Error('the database was restored into another cluster: run "summit migrate" first'),
      { code: 'EPOCH_CHANGED' },
    );
  if (standing.follows)
    throw Object.assign(new Error('the server follows another one and takes no writes'), { code: '25006' });
  if (standing.current === false) await client.query('select operations.follow_timeline()');
}
