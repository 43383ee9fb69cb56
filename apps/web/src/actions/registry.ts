import type { LucideIcon } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { actsWhileTyping, combinationOf, isTyping } from './keys.ts';

/**
 * One thing that can be done. Palette, menus, buttons, keys and the list behind `?` all come from here, so that an
 * act is never reachable in one place and unknown in another.
 */
export type Action = {
  id: string;
  name: string;
  /** The heading it stands under in the palette and in `?`. */
  group: 'Go to' | 'View' | 'Chart' | 'Selection' | 'Edit' | 'History' | 'Help';
  /** Default combinations; a person may set others or none. */
  keys?: string[];
  icon?: LucideIcon;
  /** True, or the reason why it cannot be done now, shown instead of silence. */
  enabled?: () => true | string;
  run(): void;
  /** Extra words that find it in the palette. */
  also?: string;
  /** Left out of the palette when only its key makes sense (moving the focus). */
  hidden?: boolean;
};

const actions = new Map<string, Action>();
const listeners = new Set<() => void>();
let snapshot: Action[] = [];
let overrides: Record<string, string[]> = readOverrides();

function readOverrides(): Record<string, string[]> {
  try {
    return JSON.parse(localStorage.getItem('summit.keys') ?? '{}') as Record<string, string[]>;
  } catch {
    return {};
  }
}

function changed(): void {
  snapshot = [...actions.values()];
  for (const listener of listeners) listener();
}

/** Adds actions and returns how to take them away again. A later entry of the same id wins while it is there. */
export function register(entries: Action[]): () => void {
  const before = entries.map((entry) => [entry, actions.get(entry.id)] as const);
  for (const entry of entries) actions.set(entry.id, entry);
  changed();
  return () => {
    for (const [entry, earlier] of before) {
      if (actions.get(entry.id) !== entry) continue;
      if (earlier) actions.set(entry.id, earlier);
      else actions.delete(entry.id);
    }
    changed();
  };
}

/** The combinations of an action after a person's own choices; empty when switched off. */
export function keysOf(action: Action): string[] {
  return overrides[action.id] ?? action.keys ?? [];
}

/** The first combination of an action by id, for a button that runs it. */
export function keyFor(id: string): string | undefined {
  const action = actions.get(id);
  return action && keysOf(action)[0];
}

/** Sets a person's own keys for an action; null brings the default back. Kept on this device. */
export function setKeys(id: string, keys: string[] | null): void {
  const { [id]: _, ...rest } = overrides;
  overrides = keys === null ? rest : { ...rest, [id]: keys };
  localStorage.setItem('summit.keys', JSON.stringify(overrides));
  changed();
}

export function whyNot(action: Action): string | undefined {
  const answer = action.enabled?.() ?? true;
  return answer === true ? undefined : answer;
}

/** Runs an action unless it is not possible now. */
export function run(id: string): void {
  const action = actions.get(id);
  if (action && whyNot(action) === undefined) action.run();
}

/** Keys that mean something in an investigation only, said where there is none. */
const onlyInCase: Readonly<Record<string, string>> = {
  E: 'Expand',
  P: 'Pin',
  H: 'Hide',
  D: 'Fade others',
  L: 'Link',
  A: 'Add to the investigation',
  M: 'Same or different',
  N: 'Write a note',
  1: 'Chart',
  2: 'Table',
};

/**
 * Runs the action that an event's keys name. Returns whether one did. `refuse` is told of a key that does nothing here,
 * and why.
 */
export function dispatch(event: KeyboardEvent, refuse?: (said: string) => void): boolean {
  const combination = combinationOf(event);
  if (isTyping(event.target) && !actsWhileTyping(combination)) return false;
  let refused: string | undefined;
  for (const action of [...snapshot].reverse()) {
    if (!keysOf(action).includes(combination)) continue;
    const reason = whyNot(action);
    if (reason !== undefined) {
      refused ??= `${action.name}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
      continue;
    }
    event.preventDefault();
    action.run();
    return true;
  }
  const elsewhere = onlyInCase[combination];
  if (elsewhere && !actions.has('edit.add'))
    refused ??= `${elsewhere} works in an investigation; open one first`;
  if (refused && combination !== 'Escape' && !event.repeat) refuse?.(refused);
  return false;
}

/** Every action in force, newest last. */
export function useActions(): Action[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

/** Registers a page's actions while it is shown. Pass a memoised list. */
export function useRegister(entries: Action[]): void {
  useEffect(() => register(entries), [entries]);
}

/** Listens for keys of the whole page. Keys that a control already handled are left alone. */
export function listenForKeys(refuse?: (said: string) => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && !event.isComposing) dispatch(event, refuse);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
