import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { type Act, act, decide, madeIn, refusal } from '../testing/model/acts.ts';
import { contend, contended, fillArena } from '../testing/model/contention.ts';
import { photographed, type Stage, setStage } from '../testing/model/stage.ts';
import { photograph } from '../testing/model/world.ts';
import type { Outcome } from './command.ts';
import { type RowChange, rowChanges } from './diff.ts';
import { read } from './read.ts';
import { undo } from './undoAct.ts';

const { db } = await testDatabase(16);

/** Repeats a failure: FC_SEED and FC_PATH are printed with it. FC_RUNS is the number of sequences in all
 * (2,000 take 0.2 s of processor time each: 4 minutes on two idle cores). */
const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const path = process.env.FC_PATH;
const runs = Number(process.env.FC_RUNS ?? 2_000);
console.info(`model test: FC_SEED=${seed} FC_RUNS=${runs}`);

/** Sequences side by side: each has a tenant of its own, so that they only share the machine. */
const LANES = path ? 1 : 4;

const content = (ctx: Context) => read(ctx, undefined, (tx) => digest(tx));

/** What a preview and the change itself have in common: ids that were made up on the way and moments are not. */
function effects(rows: readonly RowChange[], known: ReadonlySet<string>): string[] {
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return rows
    .map(({ kind, act: how, before, after }) => {
      const plain = (row: Record<string, unknown> | null) =>
        row &&
        Object.entries(row)
          .filter(([name]) => !/_at$|^since_change$/.test(name))
          .sort();
      return JSON.stringify([kind, how, plain(before), plain(after)]).replace(uuid, (id) =>
        known.has(id) ? id : 'new',
      );
    })
    .sort();
}

const rowsOf = async (ctx: Context, change: number | null) =>
  change === null
    ? []
    : (await read(ctx, undefined, (tx) => rowChanges(tx, { from: change - 1, to: change, first: 100 }))).rows;

const attempt = async (run: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown> | string> => {
  try {
    return await run();
  } catch (error) {
    return refusal(error);
  }
};

/** Does one act for real and in the model, rehearsed before if wanted, and compares: refusal, rows, preview. */
async function perform(stage: Stage, ctx: Context, what: Act, rehearse: boolean): Promise<void> {
  const { world } = stage;
  const deed = decide(stage, ctx, what);
  if (!deed) return;
  const known = new Set([
    ...world.rows.keys(),
    ...[...world.rows.values()].flatMap(Object.values).map(String),
  ]);
  const rehearsed = rehearse ? await attempt(() => deed.run(true)) : undefined;
  const outcome = await attempt(() => deed.run(false));
  if (typeof outcome === 'string') {
    let expected = 'no refusal';
    try {
      world.attempt((next) => deed.expect(next, ['00000000-0000-4000-8000-000000000000']));
    } catch (error) {
      expected = refusal(error);
    }
    expect([what, outcome, rehearsed ?? outcome]).toEqual([what, expected, expected]);
    return;
  }
  const { change } = outcome;
  const real = rehearse || deed.makes ? await rowsOf(ctx, change) : [];
  const made = madeIn(real);
  const rows = world.attempt((next) => deed.expect(next, made));
  expect([what, rows.size > 0]).toEqual([what, change !== null]);
  if (rehearse) {
    if (typeof rehearsed !== 'object') throw new Error(`the rehearsal was refused: ${rehearsed}`);
    for (const id of made) known.delete(id);
    expect(effects(rehearsed.preview!.rows, known)).toEqual(effects(real, known));
  }
  if (change !== null) {
    const undoOf = deed.undoOf;
    world.commit({ id: change, actor: ctx.actor.id, rows, ...(undoOf !== undefined && { undoOf }) });
  }
}

describe('random commands', () => {
  const lane = (name: string, body: (offset: number) => Promise<void>) => {
    for (let offset = 0; offset < LANES; offset++) {
      test.concurrent(`${name} (${offset + 1} of ${LANES})`, { timeout: 1_800_000 }, () => body(offset));
    }
  };

  lane('do what the model says, look as they looked at every moment, and undo to the beginning', (offset) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(act, fc.nat(3)), { minLength: 1, maxLength: 7 }),
        fc.nat(),
        async (acts, pick) => {
          const stage = await setStage(db, 1);
          const { world } = stage;
          const ctx = stage.actors[0]!;
          const begun = await content(ctx);
          for (const [each, chance] of acts) await perform(stage, ctx, each, chance === 0);

          expect(await photographed(ctx)).toEqual(photograph(world.rows));
          const moments = [...world.snapshots.keys()];
          const moment = moments[pick % moments.length]!;
          expect(await photographed(ctx, moment)).toEqual(photograph(world.snapshots.get(moment)!));

          // Half of them, because undoing takes as long as everything before it.
          if (pick % 2 === 1) return;
          while (world.lastAct(ctx.actor.id) !== undefined) {
            await perform(stage, ctx, { does: 'undoLast' }, false);
          }
          await expect(undo(ctx, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
          expect(await photographed(ctx)).toEqual(photograph(world.snapshots.get(moments[0]!)!));
          expect(await content(ctx)).toEqual(begun);
        },
      ),
      {
        seed: seed + offset,
        numRuns: Math.ceil((runs * 0.6) / LANES),
        ...(path && { path }),
        endOnFailure: !!path,
      },
    ),
  );

  lane('of 2 to 4 sessions at once follow each other by the ids of their changes', async (offset) => {
    let acknowledged = 0;
    let gaveUp = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(contended, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
        fc.nat(),
        async (sessions, pick) => {
          // One more than contend, who fills the arena: nobody's last act is the arena itself.
          const stage = await setStage(db, sessions.length + 1);
          const arena = await fillArena(stage);
          const { world } = arena;
          const contenders = stage.actors.slice(1);
          const told = await Promise.all(
            sessions.map((acts, session) => contend(arena, contenders[session]!, session, acts)),
          );
          const order = told.flatMap((each) => each.acknowledged).sort((a, b) => a.change - b.change);
          acknowledged += order.length;
          for (const each of told) gaveUp += each.gaveUp;
          for (const { change, actor, made, undoOf, expect: rule } of order) {
            const rows =
              undoOf === undefined ? world.attempt((next) => rule(next, made)) : world.undo(undoOf);
            expect(rows.size).toBeGreaterThan(0);
            world.commit({ id: change, actor, rows, ...(undoOf !== undefined && { undoOf }) });
          }
          const ctx = stage.actors[0]!;
          expect(await photographed(ctx)).toEqual(photograph(world.rows));
          const moments = [...world.snapshots.keys()];
          const moment = moments[pick % moments.length]!;
          expect(await photographed(ctx, moment)).toEqual(photograph(world.snapshots.get(moment)!));
          const logged = await read(ctx, undefined, (tx) =>
            tx.query<{ id: number }>(
              sql`select id from changes where tenant_id = ${tx.reader.tenant} order by id`,
            ),
          );
          expect(logged.map(({ id }) => id)).toEqual(world.changes.map(({ id }) => id));
        },
      ),
      {
        seed: seed + offset,
        numRuns: Math.ceil((runs * 0.4) / LANES),
        ...(path && { path }),
        endOnFailure: !!path,
      },
    );
    // Whoever gives up against the others is told to try again: that must stay the exception.
    expect(gaveUp).toBeLessThanOrEqual(acknowledged / 4);
  });
});
