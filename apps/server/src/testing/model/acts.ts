import { SummitError } from '@summit/process/errors';
import fc from 'fast-check';
import { type Outcome, runCommand } from '../../change/command.ts';
import type { RowChange } from '../../change/diff.ts';
import { redo, undo } from '../../change/undoAct.ts';
import type { Context } from '../../context.ts';
import { addItems, arrangeItems, removeItems } from '../../investigation/items.commands.ts';
import { createEntity, deleteEntity, updateEntity } from '../../investigation/notebook.commands.ts';
import { createRelationship, deleteRelationship } from '../../investigation/notebookLinks.commands.ts';
import { removeNote, writeNote } from '../../investigation/notes.commands.ts';
import { recordJudgement, splitEntity } from '../../judgement/judgement.commands.ts';
import * as rules from './rules.ts';
import { SOURCES, type Stage, sourced, writeBatch } from './stage.ts';
import { type RecordRow, Refused, type Row, type World } from './world.ts';

const number = fc.nat(11);
const name = fc.constantFrom('N0', 'N1', 'Ada', 'Bo');
const verdict = fc.constantFrom('same', 'same', 'different', 'unsure') as fc.Arbitrary<
  'same' | 'different' | 'unsure'
>;

/** What somebody does; numbers choose among what stands when it is done. */
export const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('judge' as const), a: number, b: number, verdict }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('split' as const), a: number, b: number }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('batch' as const),
      a: number,
      write: fc.array(fc.tuple(number, name), { maxLength: 2 }),
      remove: fc.array(number, { maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('create' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('alias' as const, 'unalias' as const), a: number, name }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('reject' as const, 'restore' as const), a: number }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), a: number }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unlink' as const), a: number }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('link' as const), a: number, b: number }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('add' as const, 'arrange' as const, 'takeOut' as const),
      a: number,
      b: number,
      x: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('note' as const), a: number, name }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unnote' as const), a: number }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('undoLast' as const, 'redo' as const) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('undo' as const), a: number }) },
);
export type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;
export type Does = Act['does'];

/** An act with everything chosen: what the real command is given and what the model does of it. */
export interface Deed {
  run(preview: boolean): Promise<Outcome<unknown>>;
  /** `made`: the ids of new records, links and notes, which only the real command knows. */
  expect(next: World, made: string[]): void;
  undoOf?: number | undefined;
  /** Whether `made` is needed. */
  makes?: boolean;
}

const chosen = <T>(list: readonly T[], at: number): T | undefined =>
  list.length > 0 ? list[at % list.length] : undefined;

/** Chooses what an act is about. Undefined when there is nothing to do it to. */
export function decide(stage: Stage, ctx: Context, what: Act): Deed | undefined {
  const { world, investigationId } = stage;
  const records = world.of<RecordRow>('record').map(({ id }) => id);
  const one = 'a' in what ? chosen(records, what.a) : undefined;
  const here = { investigationId };
  switch (what.does) {
    case 'batch': {
      const source = what.a % SOURCES.length;
      const write = new Map(what.write.map(([at, value]) => [sourced(source, at), value]));
      const remove = what.remove.map((at) => sourced(source, at)).filter((id) => !write.has(id));
      const key = SOURCES[source]!;
      return {
        run: (preview) =>
          runCommand(ctx, { action: 'import.batch', preview }, (tx) =>
            writeBatch(tx, key, [...write], remove),
          ),
        expect: (next) => rules.batch(next, key, [...write], remove),
      };
    }
    case 'create':
      return {
        run: (preview) =>
          createEntity(
            ctx,
            { ...here, schema: 'Person', properties: [{ name: 'name', values: [what.name] }] },
            preview,
          ),
        expect: (next, [id]) => rules.create(next, stage, id!, what.name),
        makes: true,
      };
    case 'note': {
      const old = what.a % 2 === 0 ? chosen(world.of('note'), what.a)?.id : undefined;
      return {
        run: (preview) => writeNote(ctx, { ...here, id: old, text: what.name }, preview),
        expect: (next, [id]) => rules.writeNote(next, old ?? id!, what.name),
        makes: true,
      };
    }
    case 'unnote':
      return removal(world, 'note', what.a, (id, preview) => removeNote(ctx, { id }, preview));
    case 'unlink':
      return removal(world, 'relationship', what.a, (id, preview) =>
        deleteRelationship(ctx, { ...here, id }, preview),
      );
    case 'undo':
    case 'undoLast':
      return undoing(
        stage,
        ctx,
        what.does === 'undo' ? chosen(world.changes.slice(1), what.a)?.id : undefined,
      );
    case 'redo': {
      const last = world.lastUndo(ctx.actor.id);
      return { run: (preview) => redo(ctx, {}, preview), expect: undoes(world, last), undoOf: last };
    }
    default:
      return one === undefined
        ? undefined
        : about(stage, ctx, what, one, chosen(records, 'b' in what ? what.b : 0)!);
  }
}

const undoes = (world: World, change: number | undefined) => (next: World) => {
  if (change === undefined) throw new Refused('NOT_FOUND');
  for (const [id, [, after]] of world.undo(change)) {
    if (after) next.rows.set(id, after);
    else next.rows.delete(id);
  }
};

function undoing({ world }: Stage, ctx: Context, named: number | undefined): Deed {
  const change = named ?? world.lastAct(ctx.actor.id);
  return {
    run: (preview) => undo(ctx, { change: named }, preview),
    expect: undoes(world, change),
    undoOf: change,
  };
}

function removal(
  world: World,
  kind: Row['kind'],
  at: number,
  run: (id: string, preview: boolean) => Promise<Outcome<unknown>>,
): Deed | undefined {
  const row = chosen(world.of(kind), at);
  return row && { run: (preview) => run(row.id, preview), expect: (next) => rules.remove(next, row.id) };
}

type About = Extract<
  Act,
  {
    does:
      | 'judge'
      | 'split'
      | 'alias'
      | 'unalias'
      | 'reject'
      | 'restore'
      | 'delete'
      | 'link'
      | 'add'
      | 'arrange'
      | 'takeOut';
  }
>;

/** Acts on one record that stands, or on two. */
function about(stage: Stage, ctx: Context, what: About, one: string, two: string): Deed | undefined {
  const { world, investigationId } = stage;
  const here = { investigationId, id: one };
  const properties = 'name' in what ? [{ name: 'alias', values: [what.name] }] : [];
  switch (what.does) {
    case 'judge': {
      const input = { left: one, right: two, verdict: what.verdict, reason: 'model' };
      return {
        run: (preview) => recordJudgement(ctx, input, preview),
        expect: (next) => rules.judge(next, one, two, what.verdict, 'model'),
      };
    }
    case 'split': {
      const leaving = world.entity(one).filter((_, at) => (what.b >> at) & 1);
      return {
        run: (preview) => splitEntity(ctx, { entityId: one, recordIds: leaving, reason: 'model' }, preview),
        expect: (next) => rules.split(next, one, leaving, 'model'),
      };
    }
    case 'alias':
      return {
        run: (preview) => updateEntity(ctx, { ...here, add: properties }, preview),
        expect: (next, [id]) => rules.addAlias(next, stage, one, what.name, id!),
        makes: true,
      };
    case 'unalias':
      return {
        run: (preview) => updateEntity(ctx, { ...here, remove: properties }, preview),
        expect: (next) => rules.removeAlias(next, stage, one, what.name),
      };
    case 'reject':
    case 'restore': {
      const value = (world.rows.get(one) as RecordRow).props.name?.[0];
      if (value === undefined) return undefined;
      const named = [{ record: one, property: 'name', value }];
      return {
        run: (preview) => updateEntity(ctx, { ...here, [what.does]: named }, preview),
        expect: (next) => (what.does === 'reject' ? rules.reject : rules.restore)(next, stage, one, value),
      };
    }
    case 'delete':
      return {
        run: (preview) => deleteEntity(ctx, here, preview),
        expect: (next) => rules.deleteEntity(next, stage, one),
      };
    case 'link':
      return {
        run: (preview) =>
          createRelationship(
            ctx,
            { investigationId, type: 'UnknownLink', source: one, target: two },
            preview,
          ),
        expect: (next, [id]) => rules.link(next, id!, one, two),
        makes: true,
      };
    default:
      return placing(stage, ctx, what, one, two);
  }
}

function placing(
  { investigationId, ...stage }: Stage,
  ctx: Context,
  { does, x }: Extract<About, { does: 'add' | 'arrange' | 'takeOut' }>,
  one: string,
  two: string,
): Deed {
  const place = { investigationId, notebook: stage.notebook };
  if (does === 'takeOut') {
    return {
      run: (preview) => removeItems(ctx, { investigationId, entityIds: [one] }, preview),
      expect: (next) => rules.takeOut(next, one),
    };
  }
  if (does === 'arrange') {
    return {
      run: (preview) => arrangeItems(ctx, { investigationId, items: [{ entityId: one, x }] }, preview),
      expect: (next) => rules.arrange(next, one, x),
    };
  }
  const records = [...new Set([one, two])];
  return {
    run: (preview) =>
      addItems(ctx, { investigationId, items: records.map((entityId) => ({ entityId, x })) }, preview),
    expect: (next) => rules.addItems(next, place, records, x),
  };
}

/** The code of a refusal; anything else is a fault and is thrown on. */
export function refusal(error: unknown): string {
  if (error instanceof Refused || error instanceof SummitError) return error.code;
  throw error;
}

/** Ids of the records, links and notes among the rows that a change made. */
export const madeIn = (rows: readonly RowChange[]): string[] =>
  rows
    .filter(({ kind, act: how }) => how === 'added' && ['record', 'relationship', 'note'].includes(kind))
    .map(({ id }) => id);
