import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { SummitError } from '@summit/process/errors';
import { type Neo4jStore, whole } from './store.neo4j.ts';

/** What has to fill an index of a store that is full may take so long. */
const INDEXED_MS = 300_000;
const FOLDER = new URL('../../migrations-neo4j/', import.meta.url);

/**
 * Brings the schema of the store to this version, forward only: each file and its SHA-256 are kept in the store. All of them are
 * run each time: Neo4j takes a constraint in a transaction of its own, so every statement stands being run again, and somebody
 * may have dropped one. `applied` are the files that are new to the store; `refused` is why what was dropped cannot be made again:
 * a key may stand twice by now. Throws MIGRATION_CHANGED where a file was applied in another form.
 */
export async function migrateStore(
  store: Neo4jStore,
  folder = FOLDER,
): Promise<{ applied: string[]; refused: unknown[] }> {
  const done = new Map(
    (
      await store.read(
        (tx) =>
          tx.run<{ name: string; sha256: string }>(
            'MATCH (m:ProjectionMigration) RETURN m.name AS name, m.sha256 AS sha256',
          ),
        // The first question to a store that has just started takes its time.
        { timeoutMs: 60_000 },
      )
    ).map(({ name, sha256 }) => [name, sha256]),
  );
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.cypher$/.test(name)).sort();
  const applied: string[] = [];
  const refused: unknown[] = [];
  for (const name of names) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (done.has(name) && done.get(name) !== sha256)
      throw new SummitError('MIGRATION_CHANGED', { file: name });
    try {
      for (const statement of statementsOf(text)) await store.alone(statement, {}, INDEXED_MS);
      await store.alone('CALL db.awaitIndexes($seconds)', { seconds: whole(INDEXED_MS / 1000) }, INDEXED_MS);
    } catch (error) {
      if (!done.has(name) || error instanceof SummitError) throw error;
      refused.push(error);
    }
    if (done.has(name)) continue;
    await store.write((tx) =>
      tx.run('MERGE (m:ProjectionMigration {name: $name}) SET m.sha256 = $sha256, m.at = timestamp()', {
        name,
        sha256,
      }),
    );
    applied.push(name);
  }
  return { applied, refused };
}

const statementsOf = (text: string): string[] =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
