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
export type LaterAct = { change: string; summary: string; actor: string | null; isImport: boolean };

/** All acts that must be undone too: those that can be named, of how many. */
export type LaterActs = {
  items: readonly LaterAct[];
  total: number;
  totalIsExact: boolean;
  /** Whether they can be undone with it. */
  possible: boolean;
};

export type Conflicts = {
  items: readonly ConflictItem[];
  total: number;
  acts?: LaterActs | undefined;
};

export type LaterChoice = {
  id: Exclude<LaterChanges, 'REFUSE'>;
  name: string;
  help: string;
  /** What stands on the button. */
  button: string;
  /** Why it would be refused. */
  whyNot?: string | undefined;
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

/** Why the later acts cannot be undone with it, in the order in which a person can do something about it. */
export function whyNotThem(
  { items, total, totalIsExact, possible }: LaterActs,
  viewer: { name: string; roles: readonly string[] } | undefined,
): string | undefined {
  if (possible) return undefined;
  if (items.some(({ isImport }) => isImport))
    return 'An import is among them: it is undone as a whole, by itself and first';
  if (!totalIsExact || total > 20) return 'They are more than 20: undo the latest of them first';
  if (!viewer?.roles.includes('owner') && items.some(({ actor }) => actor !== viewer?.name))
    return 'Another person’s act is among them: an owner can undo it';
  return 'One of them cannot be undone by you';
}

/** Whose change it is: 'your later', 'Ines’s', 'their'. */
export function whose(who: string): string {
  if (who === 'You') return 'your later';
  return /^\d/.test(who) ? 'their' : `${who.split(' ')[0] ?? who}’s`;
}

type Ways = {
  who: string;
  verb: 'Undo' | 'Redo';
  whyNotThem?: string | undefined;
  /** Nothing of the act stands as it was written: to keep what came later is to do nothing. */
  isAllChanged?: boolean;
};

/** The ways on. None is taken before a person chose it and saw what it would do. */
export function laterChoices({ who, verb, whyNotThem, isAllChanged = false }: Ways): LaterChoice[] {
  const theirs = whose(who);
  const act = verb.toLowerCase();
  const ways: LaterChoice[] = [
    {
      id: 'KEEP',
      name: `Keep ${theirs} change`,
      help: `What was changed later stays; the rest is ${act === 'undo' ? 'undone' : 'redone'}.`,
      button: `${verb}, keep ${theirs} change`,
    },
    {
      id: 'OVERWRITE',
      name: 'Put back what stood before',
      help: `Overwrites ${theirs} change, which stays in the history.`,
      button: `${verb}, overwrite ${theirs} change`,
    },
    {
      id: 'UNDO_TOO',
      name: `Undo ${theirs} change too`,
      help: whyNotThem ?? 'All of it first, as an undo of its own. History shows both.',
      button: `${verb}, and undo ${theirs} change`,
      whyNot: whyNotThem,
    },
  ];
  return isAllChanged ? ways.filter(({ id }) => id !== 'KEEP') : ways;
}
