import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@summit/process/log';
import { afterAll, describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { addUser, foundTenant, systemContext } from '../identity/user.commands.ts';
import { importJobs } from '../import/import.jobs.ts';
import { copyInvestigation } from '../investigation/copy.commands.ts';
import { loadInvestigations } from '../investigation/investigation.queries.ts';
import { listItems } from '../investigation/items.queries.ts';
import { writeNote } from '../investigation/notes.commands.ts';
import { Jobs } from '../job/worker.ts';
import { Actor } from '../tenant/actor.ts';
import { sampleJobs } from './sample.jobs.ts';
import { readSample, sampleId } from './sample.ts';

const { db } = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'summit-sample-'));
const services = { db, home, positionSecret: new Uint8Array(32).fill(7) };
const jobs = new Jobs({
  db,
  log: createLogger('test', 'fatal'),
  handlers: { ...importJobs(services), ...sampleJobs(services) },
});
await jobs.run();
afterAll(async () => {
  await jobs.stop();
  await rm(home, { recursive: true, force: true });
});

/** A tenant whose first owner has just been added, once its jobs are done. */
async function newcomer(): Promise<Context> {
  const tenant = await foundTenant(db, 'Newcomers');
  const id = await addUser(systemContext(db, tenant), { name: 'Owner', roles: ['owner'], clearance: 4 });
  await done(tenant);
  return {
    db,
    actor: new Actor(id, 'Owner', ['owner']),
    scope: { tenant, clearance: 4 },
    requestId: 'test',
    positionSecret: services.positionSecret,
  };
}

async function done(tenant: string): Promise<void> {
  const left = () =>
    inTransaction(db, { tenant, readOnly: true }, (tx) =>
      tx.query<{ state: string }>(
        sql`select state from operations.jobs where tenant_id = ${tenant} and state in ('queued', 'running')`,
      ),
    );
  await expect.poll(left, { timeout: 40_000, interval: 50 }).toEqual([]);
}

describe('the sample', () => {
  test('is there for the first owner, the same for everyone, once', async () => {
    const [ctx, other] = [await newcomer(), await newcomer()];
    const sample = await read(ctx, undefined, (tx) => loadInvestigations(tx, [sampleId]));
    expect(sample.get(sampleId)).toMatchObject({ title: 'The Alder case', readOnly: true });
    const items = await read(ctx, undefined, (tx) => listItems(tx, sampleId, { first: 1000 }));
    expect(items.rows.length).toBe(readSample().items.length);
    expect(items.rows.filter(({ entity, x, y }) => !entity || x === null || y === null)).toEqual([]);
    const digests = await Promise.all([ctx, other].map((each) => read(each, undefined, (tx) => digest(tx))));
    expect(digests[0]).toEqual(digests[1]);
    expect(digests[0]).toMatchObject({ records: 66, relationships: 79, judgements: 15 });

    await addUser(systemContext(db, ctx.scope.tenant), { name: 'Second', roles: ['owner'], clearance: 4 });
    await done(ctx.scope.tenant);
    expect(await read(ctx, undefined, (tx) => digest(tx))).toEqual(digests[0]);
  });

  test('is read-only until copied', async () => {
    const ctx = await newcomer();
    const write = (investigationId: string) => writeNote(ctx, { investigationId, text: 'Mine' });
    await expect(write(sampleId)).rejects.toMatchObject({ code: 'INVESTIGATION_READ_ONLY' });
    const { result: copy } = await copyInvestigation(ctx, { id: sampleId });
    await write(copy);
    const items = await read(ctx, undefined, (tx) => listItems(tx, copy, { first: 1000 }));
    expect(items.rows.length).toBe(readSample().items.length);
  });

  test('does not come to a tenant without an owner of its own', async () => {
    const ctx = await startTenant(db);
    await joinTenant(ctx);
    await done(ctx.scope.tenant);
    expect((await read(ctx, undefined, (tx) => loadInvestigations(tx, [sampleId]))).size).toBe(0);
  });
});
