/** What tests of the projection share: random histories, and a second opinion on what the store should hold. */
import { SummitError } from '@summit/process/errors';
import { runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { undo } from '../change/undoAct.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { removeDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { uuidv5 } from '../ids.ts';
import { recordJudgement, splitEntity } from '../judgement/judgement.commands.ts';
import '../judgement/cluster.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import { writeRelationships } from '../relationship/write.ts';

const KEYS = ['alpha', 'beta', 'gamma'];
const RECORDS = 24;
const LINKS = 40;

/** Numbers from 0 up to a bound, the same again for the same seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

// The same in every tenant: ids that meet across the wall are where it would show.
const recordId = (number: number): string => uuidv5(`projection record ${number}`);
const linkId = (number: number): string => uuidv5(`projection link ${number}`);
const datasetOf = (number: number) => ({ key: KEYS[number % 3]!, id: datasetId(KEYS[number % 3]!) });

/** One random act of a tenant; a refusal is an outcome too. */
export async function actAtRandom(ctx: Context, random: (below: number) => number): Promise<void> {
  try {
    await chosenAct(ctx, random);
  } catch (error) {
    if (!(error instanceof SummitError)) throw error;
  }
}

function chosenAct(ctx: Context, random: (below: number) => number): Promise<unknown> {
  const record = (): string => recordId(random(RECORDS));
  const some = (of: number, most: number): number[] => [
    ...new Set(Array.from({ length: 1 + random(most) }, () => random(of))),
  ];
  const act = random(20);
  if (act < 5) return putRecords(ctx, some(RECORDS, 6), random);
  if (act < 9) return putLinks(ctx, some(LINKS, 8), random);
  if (act < 10) return takeAway(ctx, 'records', some(RECORDS, 3).map(recordId));
  if (act < 11) return takeAway(ctx, 'relationships', some(LINKS, 3).map(linkId));
  if (act < 15)
    return recordJudgement(ctx, {
      left: record(),
      right: record(),
      verdict: (['same', 'same', 'same', 'different'] as const)[random(4)]!,
      reason: 'at random',
    });
  if (act < 16) {
    const id = record();
    return splitEntity(ctx, { entityId: id, recordIds: [id], reason: 'at random' });
  }
  if (act < 19) return undo(ctx, {});
  return removeDataset(ctx, { key: KEYS[random(3)]! }, { rowsInOneChange: random(2) === 0 ? 9_000 : 0 });
}

async function putRecords(ctx: Context, numbers: number[], random: (below: number) => number) {
  return runCommand(ctx, { action: 'import.batch' }, async (tx) => {
    await putDatasets(ctx, tx, numbers);
    await writeRecords(
      tx,
      ontology,
      numbers.map((number) => ({
        id: recordId(number),
        dataset: datasetOf(number),
        schema: (['Person', 'Company'] as const)[random(2)]!,
        props: { name: [`N${random(5)}`] },
        marking: random(5),
      })),
    );
    await deriveAgain(tx, { records: numbers.map(recordId) });
  });
}

async function putDatasets(
  ctx: Context,
  tx: Parameters<Parameters<typeof runCommand>[2]>[0],
  numbers: number[],
) {
  for (const { key, id } of numbers.map(datasetOf))
    await tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title, marking)
      values (${ctx.scope.tenant}, ${id}, ${tx.change}, ${key}, ${key}, 0) on conflict do nothing`);
}

async function putLinks(ctx: Context, numbers: number[], random: (below: number) => number) {
  return runCommand(ctx, { action: 'import.batch' }, async (tx) => {
    await putDatasets(ctx, tx, numbers);
    await writeRelationships(
      tx,
      numbers.map((number) => ({
        id: linkId(number),
        dataset: datasetOf(number),
        type: (['Ownership', 'Family'] as const)[random(2)]!,
        // Of one relationship the ends are always the same.
        source: recordId((number * 7) % RECORDS),
        target: recordId((number * 11 + 3) % (RECORDS + 4)),
        directed: number % 3 > 0,
        reference: number % 5 === 0,
        props: {},
        marking: random(5),
        validFrom: random(2) === 0 ? '2020' : null,
        validTo: random(3) === 0 ? '2021-05' : null,
      })),
    );
  });
}

const takeAway = (ctx: Context, table: 'records' | 'relationships', ids: string[]) =>
  runCommand(ctx, { action: 'import.batch' }, async (tx) => {
    await tx.execute(
      sql`delete from ${sql.identifier(table)} where tenant_id = ${ctx.scope.tenant} and id = any(${ids}::uuid[])`,
    );
    if (table === 'records') await deriveAgain(tx, { records: ids });
  });

/** What the store should hold of a tenant, by plain statements on what stands now. */
export const wanted = (ctx: Context): Promise<string[]> => {
  const { tenant } = ctx.scope;
  return inTransaction(ctx.db, { tenant, readOnly: true }, async (tx) => {
    const entities = await tx.query<{ row: unknown }>(sql`
      select jsonb_build_array('entity', min(r.id::text), array_agg(distinct r.schema order by r.schema),
        array_agg(distinct r.dataset_id::text order by r.dataset_id::text), max(r.marking), count(*),
        case when count(*) > 1 then array_agg(r.id::text order by r.id::text) end) as row
      from records r left join cluster_members m on m.tenant_id = ${tenant} and m.id = r.id
      where r.tenant_id = ${tenant} group by coalesce(m.cluster_id, r.id)`);
    const links = await tx.query<{ row: unknown }>(sql`
      with named as (
        select r.id, min(r.id::text) over (partition by coalesce(m.cluster_id, r.id)) as entity
        from records r left join cluster_members m on m.tenant_id = ${tenant} and m.id = r.id where r.tenant_id = ${tenant}
      )
      select jsonb_build_array('link', l.id::text, l.type, l.dataset_id::text, l.marking, l.directed, l.reference, l.valid_from,
        l.valid_to, l.source_record::text, l.target_record::text, s.entity, t.entity) as row
      from relationships l join named s on s.id = l.source_record join named t on t.id = l.target_record
      where l.tenant_id = ${tenant}`);
    return [...entities, ...links].map(({ row }) => JSON.stringify(row)).sort();
  });
};
