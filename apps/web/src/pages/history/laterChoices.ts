import type { LaterChanges } from '../../api/generated/graphql.ts';
import { counted } from '../../format/numbers.ts';

/** A row that was changed after the act that is to be undone, as the refusal names it. */
export type ConflictItem = {
  id: string;
  caption: string | null;
  /** The change that came last on it. */
  change: string;
  actor: string | null;
  at: string | null;
};

/** An act that would be undone too. */
export type LaterAct = { change: string; summary: string; actor: string | null };

export type Conflicts = {
  items: readonly ConflictItem[];
  total: number;
  /** All acts that must be undone too: those that can be named, of how many. */
  acts?: { items: readonly LaterAct[]; total: number; totalIsExact: boolean } | undefined;
};
export type LaterChoice = {
  id: Exclude<LaterChanges, 'REFUSE'>;
  name: string;
  help: string;
  /** What stands on the button. */
  button: string;
};

/** What the refusal of an undo says in its details. */
export function readConflicts({ items, total, acts }: Record<string, unknown>): Conflicts {
  const found = (Array.isArray(items) ? items : []) as ConflictItem[];
  return {
    items: found,
    total: typeof total === 'number' ? total : found.length,
    acts: acts as Conflicts['acts'],
  };
}

/** Who changed it later: one name, 'you', or how many. */
export function whoseLater({ items }: Conflicts, viewer: string | undefined): string {
  const names = [...new Set(items.map((item) => item.actor ?? 'Somebody'))];
  if (names.length > 1) return counted(names.length, 'person', 'people');
  return names[0] === viewer ? 'You' : (names[0] ?? 'Somebody');
}

/** The three ways on. None is taken before a person chose it and saw what it would do. */
export function laterChoices(who: string, verb: 'Undo' | 'Redo'): LaterChoice[] {
  const first = who.split(' ')[0] ?? who;
  const whose = who === 'You' ? 'your later' : /^\d/.test(who) ? 'their' : `${first}’s`;
  const act = verb.toLowerCase();
  return [
    {
      id: 'KEEP',
      name: `Keep ${whose} change`,
      help: `What was changed later stays; the rest is ${act === 'undo' ? 'undone' : 'redone'}.`,
      button: `${verb}, keep ${whose} change`,
    },
    {
      id: 'OVERWRITE',
      name: 'Put back what stood before',
      help: `Overwrites ${whose} change, which stays in the history.`,
      button: `${verb}, overwrite ${whose} change`,
    },
    {
      id: 'UNDO_TOO',
      name: `Undo ${whose} change too`,
      help: 'All of it first, as an undo of its own. History shows both.',
      button: `${verb}, and undo ${whose} change`,
    },
  ];
}
