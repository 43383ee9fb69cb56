/** The yardstick of an import: rows that are read already, written by COPY and insert alone, as many a transaction as an import takes. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { runCommand } from '../apps/server/src/change/command.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { ensureDataset } from '../apps/server/src/dataset/dataset.commands.ts';
import type { Batch } from '../apps/server/src/import/batch.ts';
import { inspect } from '../apps/server/src/import/inspect.ts';
import { readBatches } from '../apps/server/src/import/readBatches.ts';
import { sourceFromPath } from '../apps/server/src/import/source.ts';
import { stage, writeLinks, writeRecords } from '../apps/server/src/import/staging.ts';
import { ontology } from '../apps/server/src/ontology/ontology.ts';
import { Actor } from '../apps/server/src/tenant/actor.ts';
import type { Rate } from './measure.ts';
import type { Loaded } from './product.ts';

const FACTS = 4_000;

/** Rows go to a dataset of their own, with all triggers, indexes and search. Nothing is looked up and no progress is kept. */
export async function bareFigure(
  { appUrl, tenant, user }: Pick<Loaded, 'appUrl' | 'tenant' | 'user'>,
  path: string,
  datasetKey: string,
): Promise<Rate> {
  const { size } = await stat(path);
  const { format, mapping } = await inspect(sourceFromPath(path, size, basename(path)), { ontology });
  const reading = readBatches(
    {
      importId: randomUUID(),
      datasetKey,
      marking: 1,
      clearance: 4,
      path,
      bytes: size,
      filename: basename(path),
      format,
      mapping,
      types: [],
      options: {},
      skip: 0,
      withIds: false,
    },
    () => ({ facts: FACTS, compared: false }),
  );
  const batches: Batch[] = [];
  for await (const batch of reading) batches.push(batch);
  const db = new Database({ url: appUrl, writeSize: 1, readSize: 1 });
  try {
    const ctx: Context = {
      db,
      actor: new Actor(user, 'Bench', ['owner']),
      scope: { tenant, clearance: 4 },
      requestId: 'bench',
      positionSecret: new Uint8Array(32),
    };
    const began = performance.now();
    let rows = 0;
    for (const batch of batches) {
      await runCommand(ctx, { action: 'bench.written', timeoutMs: 60_000 }, async (tx) => {
        const { id } = await ensureDataset(tx, { key: datasetKey });
        await stage(tx, batch);
        const all = { created: 1, updated: 0, unchanged: 0, older: 0 };
        if (batch.records.length > 0) await writeRecords(tx, id, all);
        if (batch.links.length > 0) await writeLinks(tx, id, all);
      });
      rows += batch.rows;
    }
    return {
      what: `bare COPY + insert: ${basename(path)}`,
      rows,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await db.close();
  }
}
