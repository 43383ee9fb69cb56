import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { importTesting, shared } from './testing.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

const created = (n: number) => ({ created: n, updated: 0, unchanged: 0, removed: 0 });
const unchanged = (n: number) => ({ created: 0, updated: 0, unchanged: n, removed: 0 });

async function stored(ctx: Context) {
  return read(ctx, undefined, (tx) =>
    tx.first<{ records: number; relationships: number; references: number; changes: number }>(sql`
      select (select count(*)::int from records where tenant_id = ${tx.reader.tenant}) as records,
             (select count(*)::int from relationships where tenant_id = ${tx.reader.tenant} and not reference) as relationships,
             (select count(*)::int from relationships where tenant_id = ${tx.reader.tenant} and reference) as "references",
             (select count(*)::int from summit.changes where tenant_id = ${tx.reader.tenant}) as changes`),
  );
}

test.for([
  { file: 'ftm/mapping/donations.ijson', rows: 474, records: 184, relationships: 290, references: 103 },
  {
    file: 'ftm/entities/parteispenden.ftm.ndjson',
    rows: 475,
    records: 185,
    relationships: 291,
    references: 103,
  },
  { file: 'ftm/entities/t1.ftm.ndjson', rows: 7, records: 7, relationships: 0, references: 2, unresolved: 2 },
  {
    file: 'stix/attack/mobile-attack-14.1.stix21.json.gz',
    format: 'stix',
    // 2,187 objects and the bundle that holds them
    rows: 2188,
    records: 355,
    relationships: 1832,
    unresolved: 1,
  },
  {
    file: 'stix/attack/enterprise-attack-18.1.stix21.json.gz',
    format: 'stix',
    rows: 24_772,
    records: 4_723,
    relationships: 20_048,
    references: 5_886,
    unresolved: 7,
  },
])(
  '$file: every object has its one fate, and again changes nothing',
  // The greatest file is 40 MB, read and written twice.
  { timeout: 180_000 },
  async ({ file, format = 'ftm', rows, records, relationships, references, unresolved = 0 }) => {
    const ctx = await startTenant(database.db);
    const done = await bring(ctx, shared(file), { format });
    expect(done.error).toBeNull();
    expect(done.state).toBe('done');
    expect(done.result).toMatchObject({
      rows,
      records: created(records),
      relationships: created(relationships),
      ...(references !== undefined && { references: created(references) }),
      unresolved,
      rejects: 0,
    });
    const after = await stored(ctx);
    expect(after).toMatchObject({ records, relationships, ...(references !== undefined && { references }) });

    const again = await bring(ctx, shared(file), { format });
    expect(again.result).toMatchObject({
      rows,
      records: unchanged(records),
      relationships: unchanged(relationships),
      references: unchanged(after!.references),
    });
    expect(await stored(ctx)).toEqual(after);
  },
);
