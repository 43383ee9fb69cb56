import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { testDatabase } from './testing.ts';

const folder = await mkdtemp(join(tmpdir(), 'summit-migrations-'));
const url = pathToFileURL(`${folder}/`);
const original = new URL('../../migrations/', import.meta.url);
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a database is refused where a file was applied in another form, and nothing is written', async () => {
  const { ownerUrl } = await testDatabase();
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const applied = async () =>
    (await client.query('select name, sha256 from migrations.applied order by name')).rows;
  try {
    await cp(original, url, { recursive: true });
    const files = (await readdir(folder)).sort();
    // As it is, it has nothing to do.
    expect((await migrate(ownerUrl, undefined, url)).applied).toEqual([]);
    const before = await applied();
    expect(before).toEqual(files.map((name) => ({ name, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })));

    await appendFile(join(folder, '0003_graph.sql'), '\n-- Mended in place.\n');
    await writeFile(join(folder, '9999_next.sql'), 'create table summit.next (id uuid)');
    await expect(migrate(ownerUrl, undefined, url)).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      details: { file: '0003_graph.sql' },
      message: expect.stringContaining('0003_graph.sql was applied here in another form'),
    });
    expect(await applied()).toEqual(before);

    // One from before digests were kept takes those of today, once.
    await client.query('alter table migrations.applied drop column sha256');
    expect((await migrate(ownerUrl, undefined, url)).applied).toEqual(['9999_next.sql']);
    expect((await applied()).map(({ name }) => name)).toEqual([...files, '9999_next.sql']);
    await appendFile(join(folder, '9999_next.sql'), ' ');
    await expect(migrate(ownerUrl, undefined, url)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  } finally {
    await client.end();
  }
});
