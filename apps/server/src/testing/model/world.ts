/**
 * What Summit's commands mean, written a second time as plainly as possible and without a database: rows by key, changes as
 * the rows that they replaced. The real ones are compared with it, act by act.
 */
export interface Row {
  kind: 'record' | 'relationship' | 'judgement' | 'refutation' | 'item' | 'note';
  id: string;
  /** When the row says that it was made; two rows that differ in nothing else are still two statements. */
  made?: number;
  [property: string]: unknown;
}
export type RecordRow = Row & { dataset: string; props: Record<string, string[]> };
export type JudgementRow = Row & { left: string; right: string; verdict: string; reason: string | null };
export type ItemRow = Row & { record: string; x: number | null };

export interface Change {
  id: number;
  actor: string;
  undoOf?: number;
  /** By row id: the state before and after. */
  rows: Map<string, [Row | undefined, Row | undefined]>;
}

/** An act that Summit refuses, by error code. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export class World {
  rows = new Map<string, Row>();
  readonly changes: Change[] = [];
  readonly snapshots = new Map<number, Map<string, Row>>();
  #clock = 0;

  /** A moment that no other row has. */
  now(): number {
    return ++this.#clock;
  }

  of<R extends Row>(kind: R['kind']): R[] {
    const found = [...this.rows.values()].filter((row) => row.kind === kind) as R[];
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The living records of a record's entity, sorted; only itself when it is alone, none when it is gone. */
  entity(record: string): string[] {
    const alive = new Set(this.of('record').map(({ id }) => id));
    if (!alive.has(record)) return [];
    return reached(record, this.of<JudgementRow>('judgement'), alive);
  }

  /** Runs an act on a copy; what it replaced becomes a change, unless nothing differs. Throws Refused. */
  attempt(act: (next: World) => void): Map<string, [Row | undefined, Row | undefined]> {
    const next = new World();
    next.rows = new Map(this.rows);
    next.#clock = this.#clock;
    act(next);
    this.#clock = next.#clock;
    const rows: Change['rows'] = new Map();
    for (const id of new Set([...this.rows.keys(), ...next.rows.keys()])) {
      const [before, after] = [this.rows.get(id), next.rows.get(id)];
      if (!same(before, after)) rows.set(id, [before, after]);
    }
    return rows;
  }

  commit(change: Change): void {
    for (const [id, [, after]] of change.rows) {
      if (after) this.rows.set(id, after);
      else this.rows.delete(id);
    }
    this.changes.push(change);
    this.snapshots.set(change.id, new Map(this.rows));
  }

  isUndone(id: number): boolean {
    return this.changes.some((each) => each.undoOf === id && !this.isUndone(each.id));
  }

  /** Undone, or a redo of what is undone by somebody else's undo. */
  isTakenBack(id: number): boolean {
    const line = [id];
    for (let above = this.#undoOf(id); above !== undefined; above = this.#undoOf(above)) line.push(above);
    const broughtBack = line.filter((_, place) => place % 2 === 0);
    return this.changes.some(
      (each) => broughtBack.includes(each.undoOf!) && !line.includes(each.id) && !this.isUndone(each.id),
    );
  }

  /** The rows that an undo of the change gives back. Throws Refused. */
  undo(id: number): Change['rows'] {
    if (this.isTakenBack(id)) throw new Refused('ALREADY_UNDONE');
    const change = this.changes.find((each) => each.id === id)!;
    const rows: Change['rows'] = new Map();
    for (const [row, [before, after]] of change.rows) {
      if (!same(this.rows.get(row), after)) throw new Refused('UNDO_CONFLICT');
      rows.set(row, [after, before]);
    }
    return rows;
  }

  lastAct(actor: string): number | undefined {
    return this.changes.findLast(
      ({ id, actor: by, undoOf }) => by === actor && undoOf === undefined && !this.isUndone(id),
    )?.id;
  }

  lastUndo(actor: string): number | undefined {
    const mine = this.changes.filter((each) => each.actor === actor);
    const acted = mine.findLast(({ undoOf }) => undoOf === undefined)?.id ?? 0;
    return mine.findLast(({ id }) => this.#depth(id) % 2 === 1 && !this.isUndone(id) && id > acted)?.id;
  }

  #undoOf(id: number): number | undefined {
    return this.changes.find((each) => each.id === id)?.undoOf;
  }

  #depth(id: number): number {
    const undoOf = this.#undoOf(id);
    return undoOf === undefined ? 0 : 1 + this.#depth(undoOf);
  }
}

function reached(from: string, judgements: readonly JudgementRow[], alive: ReadonlySet<string>): string[] {
  const found = new Set([from]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { left, right, verdict } of judgements) {
      if (verdict !== 'same' || !alive.has(left) || !alive.has(right)) continue;
      if (found.has(left) === found.has(right)) continue;
      found.add(left).add(right);
      grew = true;
    }
  }
  return [...found].sort();
}

/** The standing rows as they are compared with the database: without the moment, with every entity of several records. */
export function photograph(rows: ReadonlyMap<string, Row>): Record<string, unknown> {
  const world = new World();
  world.rows = new Map(rows);
  const shown: Record<string, unknown> = {};
  for (const { made: _, ...row } of rows.values()) shown[row.id] = row;
  for (const { id } of world.of('record')) {
    const entity = world.entity(id);
    if (entity.length > 1) shown[`entity of ${id}`] = entity;
  }
  return shown;
}
