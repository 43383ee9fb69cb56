import { runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { datasetId } from '../dataset/dataset.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { uuidv7 } from '../ids.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';

/** A source with a record for each name, as a batch of an import would write them; the ids of the records, ascending. */
export async function newSource(
  ctx: Context,
  key: string,
  names: readonly string[],
  { marking = 0 } = {},
): Promise<string[]> {
  const tenant = ctx.scope.tenant;
  const ids = names.map(() => uuidv7()).sort();
  await runCommand(ctx, { action: 'import.batch' }, async (tx) => {
    await tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title, marking)
      values (${tenant}, ${datasetId(key)}, ${tx.change}, ${key}, ${key}, ${marking}) on conflict do nothing`);
    await writeRecords(
      tx,
      ontology,
      ids.map((id, index) => ({
        id,
        dataset: { id: datasetId(key), key },
        schema: 'Person',
        props: { name: [names[index]!] },
        marking,
      })),
    );
    await deriveAgain(tx, { records: ids });
  });
  return ids;
}

/** Removes records as an import that replaces its dataset would. */
export async function removeRecords(ctx: Context, ids: readonly string[]): Promise<number> {
  const { change } = await runCommand(ctx, { action: 'import.batch' }, async (tx) => {
    await tx.execute(
      sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = any(${ids}::uuid[])`,
    );
    await deriveAgain(tx, { records: ids });
  });
  return change!;
}

/** The visible records of the entity that a record belongs to. */
export async function entityOf(
  ctx: Context,
  record: string,
  at?: number,
): Promise<readonly string[] | undefined> {
  return (await read(ctx, at, (tx) => clustersOf(tx, [record]))).get(record);
}
