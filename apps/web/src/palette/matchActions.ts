import type { Action } from '../actions/registry.ts';
import { byStanding } from './standing.ts';

/** Actions whose name or other words hold every typed word; those called so first, then those that begin with it. Without words: all. */
export function matchActions(actions: readonly Action[], query: string): Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = actions.filter((action) => !action.hidden);
  if (words.length === 0) return shown;
  const found = shown
    .flatMap((action) => {
      const name = action.name.toLowerCase();
      const all = `${name} ${action.also ?? ''} ${action.group.toLowerCase()}`;
      if (!words.every((word) => all.includes(word))) return [];
      const rank = name.startsWith(words[0]!) ? 0 : words.every((word) => name.includes(word)) ? 1 : 2;
      return [{ action, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ action }) => action);
  return byStanding(found, query, ({ name }) => name).slice(0, 8);
}
