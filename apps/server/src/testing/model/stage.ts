import { randomUUID } from 'node:crypto';
import { type Changing, runCommand } from '../../change/command.ts';
import { deriveAgain } from '../../change/derived.ts';
import { read } from '../../change/read.ts';
import type { Context } from '../../context.ts';
import type { Database } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { datasetId } from '../../dataset/dataset.ts';
import { uuidv5, uuidv7 } from '../../ids.ts';
import { insertInvestigation } from '../../investigation/investigation.commands.ts';
import { notebookKey } from '../../investigation/investigation.ts';
import { ontology } from '../../ontology/ontology.ts';
import { writeRecords } from '../../record/write.ts';
import { Actor } from '../../tenant/actor.ts';
import { batch, type Place } from './rules.ts';
import { World } from './world.ts';

export const SOURCES = ['source-a', 'source-b'] as const;
const RECORDS_EACH = 3;

/** The record of a source that an act means by a number; the same in every tenant, so that failures can be run again. */
export const sourced = (source: number, number: number): string =>
  uuidv5(`model\0${source % SOURCES.length}\0${number % RECORDS_EACH}`);

export interface Stage extends Place {
  /** Who act, each in a session of its own. */
  actors: Context[];
  world: World;
}

/** A new tenant with two sources, a case, and people who may edit it; the world as it stands then. */
export async function setStage(db: Database, people: number): Promise<Stage> {
  const tenant = randomUUID();
  const person = (name: string): Context => ({
    db,
    actor: new Actor(uuidv7(), name, ['owner']),
    scope: { tenant, clearance: 4 },
    requestId: 'model',
    positionSecret: new Uint8Array(32).fill(7),
  });
  const actors = Array.from({ length: people }, (_, index) => person(`Actor ${index}`));
  // Of another actor, so that nobody's last act is the stage itself.
  const builder = person('Builder');
  const investigationId = uuidv7();
  const world = new World();
  const facts = SOURCES.map((_, source) =>
    Array.from({ length: RECORDS_EACH }, (__, number): [string, string] => [
      sourced(source, number),
      `N${number}`,
    ]),
  );
  const { change } = await runCommand(builder, { action: 'stage.set' }, async (tx) => {
    await tx.execute(
      sql`insert into tenants (tenant_id, id, since_change, name) values (${tenant}, ${tenant}, ${tx.change}, 'Model')`,
    );
    for (const { actor } of actors) {
      await tx.execute(sql`
        insert into users (tenant_id, id, since_change, name, roles)
        values (${tenant}, ${actor.id}, ${tx.change}, ${actor.name}, ${actor.roles})`);
    }
    await insertInvestigation(tx, { id: investigationId, title: 'Model', marking: 1 });
    for (const [source, key] of SOURCES.entries()) {
      await tx.execute(sql`
        insert into datasets (tenant_id, id, since_change, key, title)
        values (${tenant}, ${datasetId(key)}, ${tx.change}, ${key}, ${key})`);
      await writeBatch(tx, key, facts[source]!, []);
    }
  });
  const rows = world.attempt((next) => {
    for (const [source, key] of SOURCES.entries()) batch(next, key, facts[source]!, []);
  });
  world.commit({ id: change!, actor: 'builder', rows });
  return { actors, world, investigationId, notebook: notebookKey(investigationId) };
}

/** What a batch of an import does to its dataset's records. */
export async function writeBatch(
  tx: Changing,
  key: string,
  write: readonly [string, string][],
  remove: readonly string[],
): Promise<void> {
  const dataset = { id: datasetId(key), key };
  await writeRecords(
    tx,
    ontology,
    write.map(([id, name]) => ({ id, dataset, schema: 'Person', props: { name: [name] }, marking: 1 })),
  );
  await tx.execute(
    sql`delete from records where tenant_id = ${tx.reader.tenant} and id = any(${remove}::uuid[])`,
  );
  await deriveAgain(tx, { records: [...write.map(([id]) => id), ...remove] });
}

/** All that stands in the database, in the shape of the model's photograph. */
export async function photographed(ctx: Context, at?: number): Promise<Record<string, unknown>> {
  const tenant = ctx.scope.tenant;
  const rows = await read(ctx, at, (tx) =>
    tx.query<{ key: string; row: unknown }>(sql`
      select r.id::text as key, jsonb_build_object('kind', 'record', 'id', r.id, 'dataset', d.key, 'props', r.props) as row
      from records r join datasets d on d.tenant_id = ${tenant} and d.id = r.dataset_id where r.tenant_id = ${tenant}
      union all
      select id::text, jsonb_build_object('kind', 'relationship', 'id', id, 'source', source_record, 'target', target_record)
      from relationships where tenant_id = ${tenant}
      union all
      select id::text, jsonb_build_object('kind', 'judgement', 'id', id, 'left', left_record, 'right', right_record,
                                          'verdict', verdict, 'reason', reason)
      from judgements where tenant_id = ${tenant}
      union all
      select id::text, jsonb_build_object('kind', 'refutation', 'id', id, 'record', record_id, 'value', value)
      from refutations where tenant_id = ${tenant}
      union all
      select id::text, jsonb_build_object('kind', 'item', 'id', id, 'record', record_id, 'x', x)
      from investigation_items where tenant_id = ${tenant}
      union all
      select id::text, jsonb_build_object('kind', 'note', 'id', id, 'text', text) from notes where tenant_id = ${tenant}
      union all
      select concat('entity of ', m.id), jsonb_agg(o.id order by o.id)
      from cluster_members m join cluster_members o on o.tenant_id = ${tenant} and o.cluster_id = m.cluster_id
      join clusters c on c.tenant_id = ${tenant} and c.id = m.cluster_id
      where m.tenant_id = ${tenant} group by m.id, c.size having c.size = count(*)`),
  );
  return Object.fromEntries(rows.map(({ key, row }) => [key, row]));
}
