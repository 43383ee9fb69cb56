import fc from 'fast-check';
import { type Outcome, runCommand } from '../../change/command.ts';
import { redo, undo } from '../../change/undoAct.ts';
import type { Context } from '../../context.ts';
import { addItems, arrangeItems, removeItems } from '../../investigation/items.commands.ts';
import { createEntity } from '../../investigation/notebook.commands.ts';
import { writeNote } from '../../investigation/notes.commands.ts';
import { recordJudgement, splitEntity } from '../../judgement/judgement.commands.ts';
import { refusal } from './acts.ts';
import * as rules from './rules.ts';
import { SOURCES, type Stage, sourced, writeBatch } from './stage.ts';
import type { World } from './world.ts';

const record = fc.nat(5);
const thing = fc.nat(1);

/** Acts about few things, named beforehand, so that sessions get into each other's way. */
export const contended = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('judge' as const),
      a: record,
      b: record,
      verdict: fc.constantFrom('same' as const, 'same' as const, 'different' as const, 'unsure' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('split' as const),
      a: record,
      leaving: fc.uniqueArray(record, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('put' as const), a: record }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('drop' as const), a: record }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('note' as const), a: thing }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('create' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('add' as const), a: thing }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('arrange' as const), a: thing }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('takeOut' as const), a: thing }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('undoLast' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('redo' as const) }) },
);
export type Contended = typeof contended extends fc.Arbitrary<infer A> ? A : never;

export interface Arena extends Stage {
  notes: string[];
  /** Entities of the notebook that nobody judges, each an item. */
  entities: string[];
}

/** What somebody was told has happened. */
export interface Acknowledged {
  change: number;
  actor: string;
  undoOf?: number;
  made: string[];
  expect(next: World, made: string[]): void;
}

interface Play {
  run(): Promise<Outcome<unknown>>;
  expect(next: World, made: string[]): void;
}

/** The record of either source that a number means. */
const at = (number: number): string => sourced(number, number >> 1);

const EXPECTED = new Set([
  'JUDGEMENT_CONTRADICTS',
  'NOT_FOUND',
  'INPUT_INVALID',
  'UNDO_CONFLICT',
  'ALREADY_UNDONE',
]);

/** Two notes and two entities before anybody contends for them. */
export async function fillArena(stage: Stage): Promise<Arena> {
  const ctx = stage.actors[0]!;
  const arena: Arena = { ...stage, notes: [], entities: [] };
  const { investigationId, world } = stage;
  for (const name of ['one', 'two']) {
    const note = await writeNote(ctx, { investigationId, text: name });
    commit(world, ctx, note.change!, (next) => rules.writeNote(next, note.result, name));
    arena.notes.push(note.result);
    const entity = await createEntity(ctx, {
      investigationId,
      schema: 'Person',
      properties: [{ name: 'name', values: [name] }],
    });
    commit(world, ctx, entity.change!, (next) => rules.create(next, stage, entity.result, name));
    arena.entities.push(entity.result);
  }
  return arena;
}

function commit(world: World, { actor }: Context, id: number, rule: (next: World) => void): void {
  // Of nobody who contends, so that nobody's last act is one of these.
  world.commit({ id, actor: `before ${actor.id}`, rows: world.attempt(rule) });
}

/** One session: each act after the other, whatever the other sessions do meanwhile; and how many acts gave up against them. */
export async function contend(
  arena: Arena,
  ctx: Context,
  session: number,
  acts: readonly Contended[],
): Promise<{ acknowledged: Acknowledged[]; gaveUp: number }> {
  const acknowledged: Acknowledged[] = [];
  let gaveUp = 0;
  for (const [number, act] of acts.entries()) {
    const { run, expect } = play(arena, ctx, act, `${session}.${number}`, session * 100 + number);
    try {
      const { change, result } = await run();
      if (change === null) continue;
      const undoes = act.does === 'undoLast' || act.does === 'redo';
      acknowledged.push({
        change,
        actor: ctx.actor.id,
        made: act.does === 'create' ? [String(result)] : [],
        expect,
        ...(undoes && { undoOf: Number(result) }),
      });
    } catch (error) {
      const conflict = (error as { code?: string }).code === '40001';
      if (conflict) gaveUp++;
      else if (!EXPECTED.has(refusal(error))) throw error;
    }
  }
  return { acknowledged, gaveUp };
}

/** Every value is new, so that no part of an act finds its work done already by another session. */
function play(arena: Arena, ctx: Context, act: Contended, text: string, x: number): Play {
  const { investigationId, notes, entities } = arena;
  switch (act.does) {
    case 'judge': {
      const [left, right, reason] = [at(act.a), at(act.b), text];
      return {
        run: () => recordJudgement(ctx, { left, right, verdict: act.verdict, reason }),
        expect: (next) => rules.judge(next, left, right, act.verdict, reason),
      };
    }
    case 'split': {
      const [entityId, recordIds, reason] = [at(act.a), act.leaving.map(at), text];
      return {
        run: () => splitEntity(ctx, { entityId, recordIds, reason }),
        expect: (next) => rules.split(next, entityId, recordIds, reason),
      };
    }
    case 'put':
    case 'drop': {
      const key = SOURCES[act.a % SOURCES.length]!;
      const write: [string, string][] = act.does === 'put' ? [[at(act.a), text]] : [];
      const remove = act.does === 'drop' ? [at(act.a)] : [];
      return {
        run: () => runCommand(ctx, { action: 'import.batch' }, (tx) => writeBatch(tx, key, write, remove)),
        expect: (next) => rules.batch(next, key, write, remove),
      };
    }
    case 'note': {
      const id = notes[act.a]!;
      return {
        run: () => writeNote(ctx, { investigationId, id, text }),
        expect: (next) => rules.writeNote(next, id, text),
      };
    }
    case 'create':
      return {
        run: () =>
          createEntity(ctx, {
            investigationId,
            schema: 'Person',
            properties: [{ name: 'name', values: [text] }],
          }),
        expect: (next, [id]) => rules.create(next, arena, id!, text),
      };
    case 'undoLast':
      return { run: () => undo(ctx, {}), expect: () => {} };
    case 'redo':
      return { run: () => redo(ctx, {}), expect: () => {} };
    default:
      return placing(arena, ctx, act.does, entities[act.a]!, x);
  }
}

function placing(
  arena: Arena,
  ctx: Context,
  does: 'add' | 'arrange' | 'takeOut',
  id: string,
  x: number,
): Play {
  const { investigationId } = arena;
  if (does === 'takeOut') {
    return {
      run: () => removeItems(ctx, { investigationId, entityIds: [id] }),
      expect: (next) => rules.takeOut(next, id),
    };
  }
  const items = [{ entityId: id, x }];
  if (does === 'add') {
    return {
      run: () => addItems(ctx, { investigationId, items }),
      expect: (next) => rules.addItems(next, arena, [id], x),
    };
  }
  return {
    run: () => arrangeItems(ctx, { investigationId, items }),
    expect: (next) => rules.arrange(next, id, x),
  };
}
