import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { SummitError } from '@summit/process/errors';
import type { Neo4jStore } from './store.neo4j.ts';

const FOLDER = new URL('../../migrations-neo4j/', import.meta.url);

/**
 * Brings the schema of the store to this version, forward only, and answers with the files that are new to it: each file and its
 * SHA-256 are kept in the store. All of them are run each time: Neo4j takes a constraint in a transaction of its own, so every
 * statement stands being run again, and somebody may have dropped one. Throws MIGRATION_CHANGED where a file was applied in
 * another form.
 */
export async function migrateStore(store: Neo4jStore, folder = FOLDER): Promise<string[]> {
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
  for (const name of names) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (done.has(name) && done.get(name) !== sha256)
      throw new SummitError('MIGRATION_CHANGED', { file: name });
    for (const statement of statementsOf(text)) await store.alone(statement);
    await store.alone('CALL db.awaitIndexes(300)', {}, 300_000);
    if (done.has(name)) continue;
    await store.write((tx) =>
      tx.run('MERGE (m:ProjectionMigration {name: $name}) SET m.sha256 = $sha256, m.at = timestamp()', {
        name,
        sha256,
      }),
    );
    applied.push(name);
  }
  return applied;
}

const statementsOf = (text: string): string[] =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
