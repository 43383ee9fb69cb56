import neo4j, { type Plan } from 'neo4j-driver';
import type { Database } from '../database/database.ts';
import { placeCursor } from '../projection/cursor.neo4j.ts';
import { followOnce } from '../projection/follow.neo4j.ts';
import { migrateStore } from '../projection/migrations.neo4j.ts';
import { inSnapshot, logState } from '../projection/source.ts';
import type { Neo4jStore } from '../projection/store.neo4j.ts';

/** A projection that stands still until it is told to follow the log up to a change. */
export async function steered(db: Database, store: Neo4jStore): Promise<(upto: number) => Promise<void>> {
  await migrateStore(store);
  const { epoch } = await inSnapshot(db, (tx) => logState(tx));
  let cursor = { generation: 1, position: 0, anchor: '', epoch, fence: 0 };
  await store.write((tx) => placeCursor(tx, 'summit', cursor));
  return async (upto) => {
    // Nothing comes while another transaction may still commit below it.
    while (cursor.position < upto) {
      const next = await followOnce({ db, store, name: 'summit', fence: 0 }, cursor);
      if (next) cursor = next.cursor;
    }
  };
}

/** How a statement is carried out, one operator a line. */
export async function planOf(
  { url, user, password }: { url: string; user: string; password: string },
  text: string,
  parameters: Record<string, unknown>,
): Promise<string> {
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password));
  const session = driver.session();
  try {
    const { summary } = await session.run(`EXPLAIN ${text}`, parameters);
    return linesOf(summary.plan as Plan, 4).join('\n');
  } finally {
    await session.close();
    await driver.close();
  }
}

function linesOf({ operatorType, arguments: told, children }: Plan, indent: number): string[] {
  const details = String(told.Details ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return [
    `${' '.repeat(indent)}${operatorType.replace('@neo4j', '')} ${details}`.trimEnd(),
    ...children.flatMap((child) => linesOf(child, indent + 1)),
  ];
}
