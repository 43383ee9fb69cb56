import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant } from '../database/testing.ts';
import { updateDataset } from '../dataset/dataset.commands.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { as, datasetIdOf, type View } from '../judgement/worlds.testing.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import { searchEntities } from '../search/search.queries.ts';
import {
  type Ask,
  answersOf,
  connect,
  db,
  names,
  port,
  record,
  redisServer,
  same,
  tenant,
  watch,
  world,
} from '../testing/keptAnswers.ts';
import type { Answers } from './answers.ts';
import { runCommand } from './command.ts';
import { deriveAgain } from './derived.ts';
import { read, resolveMoment } from './read.ts';
import { undoChange } from './undo.ts';

const server = await redisServer();
/** Two processes. */
const processes = [answersOf(await connect(server)), answersOf(await connect(server))];

const place = fc.nat(9).map(record);
const ids = fc.uniqueArray(place, { minLength: 1, maxLength: 3 });
const asks: fc.Arbitrary<Ask> = fc.oneof(
  fc.record({ ids, depth: fc.integer({ min: 1, max: 3 }), limit: fc.constantFrom(2, 100) }).map(
    (question): Ask =>
      (answers) =>
      (tx) =>
        port(answers).neighbourhood(tx, question),
  ),
  fc.record({ from: place, to: place, maxHops: fc.constantFrom(2, 4), k: fc.constantFrom(1, 5) }).map(
    (question): Ask =>
      (answers) =>
      (tx) =>
        port(answers).paths(tx, question),
  ),
  fc.record({ ids, first: fc.constantFrom(1, 100) }).map(
    (question): Ask =>
      (answers) =>
      (tx) =>
        port(answers).commonNeighbours(tx, question),
  ),
  fc.constantFrom(...names, 'klada', '').map(
    (query): Ask =>
      (answers) =>
      (tx) => {
        const find = () => searchEntities(tx, query, {}, { first: 20, skip: 0 });
        return answers
          ? answers.of(tx, { name: 'search', question: [query], fits: () => true }, find)
          : find();
      },
  ),
);
const views: fc.Arbitrary<View> = fc.record({
  datasets: fc.constantFrom(['red', 'green', 'blue'], ['red'], ['green', 'blue']),
  clearance: fc.constantFrom(0, 2, 4),
});

type Write = (ctx: Context, changes: number[]) => Promise<unknown>;
const writes: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(place, place, fc.constantFrom('same' as const, 'same' as const, 'different' as const)).map(
    ([left, right, verdict]): Write =>
      async (ctx, changes) => {
        changes.push((await recordJudgement(ctx, { left, right, verdict })).change!);
      },
  ),
  fc.tuple(fc.nat(9), fc.constantFrom(...names), fc.constantFrom(0, 4)).map(
    ([index, name, marking]): Write =>
      async (ctx, changes) => {
        const { dataset, ...rest } = world.records[index]!;
        const within = { key: dataset, id: datasetIdOf(dataset) };
        const { change } = await runCommand(ctx, { action: 'test.renamed' }, async (tx) => {
          await writeRecords(tx, ontology, [{ ...rest, marking, props: { name: [name] }, dataset: within }]);
          await deriveAgain(tx, { records: [rest.id] });
        });
        if (change) changes.push(change);
      },
  ),
  fc.tuple(fc.constantFrom('red', 'green'), fc.constantFrom('TLP:CLEAR', 'TLP:AMBER')).map(
    ([key, marking]): Write =>
      (ctx) =>
        updateDataset(ctx, { key, marking }, {}),
  ),
  fc.nat(5).map(
    (back): Write =>
      async (ctx, changes) => {
        const change = changes.at(-1 - back);
        if (change !== undefined) await undoChange(ctx, change, {});
      },
  ),
);
/** What a write may be refused for says nothing about what is read. */
const attempt = (work: Promise<unknown>) => work.catch(() => {});

describe('with answers kept every answer is the one without', () => {
  test('after any writes, for any reader, now and at any moment, in any process', async () => {
    const came = await watch();
    const step = fc.oneof(
      { weight: 1, arbitrary: fc.record({ write: writes }) },
      {
        weight: 4,
        arbitrary: fc.record({ ask: asks, view: views, process: fc.nat(1), past: fc.option(fc.nat(9)) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const ctx = await tenant();
        const changes: number[] = [];
        for (const each of steps) {
          if ('write' in each) {
            await attempt(each.write(ctx, changes));
            continue;
          }
          const moment = each.past === null ? undefined : changes.at(each.past);
          const at = moment && (await resolveMoment(ctx, { change: moment })).change;
          // Twice: what was kept is what is compared.
          for (let time = 0; time < 2; time++)
            await same(as(ctx, each.view), at, each.ask, processes[(each.process + time) % 2]!);
        }
      }),
      { numRuns: 40, seed: 5 },
    );
    expect(await came('hit')).toBeGreaterThan(200);
    expect(await came('broken')).toBe(0);
  }, 300_000);

  test('while others write to the same tenant and hold the horizon back', async () => {
    const came = await watch();
    const [ctx, other] = [await tenant(), await startTenant(db)];
    const changes: number[] = [];
    const until = performance.now() + 8_000;
    const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, 1)[0]!;
    const writing = async (pauseMs: number) => {
      while (performance.now() < until) {
        await attempt(sample(writes)(ctx, changes));
        await delay(pauseMs);
      }
    };
    const holding = async () => {
      while (performance.now() < until) {
        await runCommand(other, { action: 'test.slow' }, () => delay(60));
        await delay(40);
      }
    };
    const reading = async (answers: Answers) => {
      while (performance.now() < until) {
        const [ask, view] = [sample(asks), sample(views)];
        for (let time = 0; time < 3; time++) await same(as(ctx, view), undefined, ask, answers);
      }
    };
    await Promise.all([
      writing(120),
      writing(300),
      holding(),
      ...processes.flatMap((answers) => [reading(answers), reading(answers)]),
    ]);
    const counted = { hit: await came('hit'), unsettled: await came('unsettled') };
    expect(counted.hit).toBeGreaterThan(20);
    expect(counted.unsettled).toBeGreaterThan(5);
  }, 60_000);

  test('a hit says the position of the snapshot that finds it', async () => {
    const ctx = await tenant();
    const ask = (answers: Answers) =>
      read(ctx, undefined, async (tx) => ({
        ...(await port(answers).neighbourhood(tx, { ids: [record(0)], depth: 1, limit: 10 })),
        now: (await tx.first<{ now: number }>(sql`select summit.position(${tx.reader.tenant}) as now`))!.now,
      }));
    const came = await watch();
    for (let time = 0; time < 3; time++) {
      const { position, now } = await ask(processes[time % 2]!);
      expect(position).toBe(now);
      // Another tenant's changes move the horizon, and nothing else.
      await startTenant(db);
    }
    expect(await came('hit')).toBe(2);
  });
});
