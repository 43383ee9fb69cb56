import type { Group } from './Combobox.tsx';

/** How a name stands to what was typed: it is that, begins with it, or neither. */
export type Standing = 'same' | 'begins' | 'other';

const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();

/** Capitals and spaces aside. */
export function standing(name: string, typed: string): Standing {
  const [whole, part] = [plain(name), plain(typed)];
  if (part === '' || !whole.startsWith(part)) return 'other';
  return whole === part ? 'same' : 'begins';
}

const order: readonly Standing[] = ['same', 'begins', 'other'];

/** Those that are what was typed first, then those that begin with it; else in the order given. */
export const byStanding = <Named>(all: readonly Named[], typed: string, nameOf: (one: Named) => string) =>
  [...all].sort(
    (a, b) => order.indexOf(standing(nameOf(a), typed)) - order.indexOf(standing(nameOf(b), typed)),
  );

/** A group of the palette; `best` is how its best name stands. What search found is `found`: it ranks by more than the name. */
export type Standings = Group & { best: Standing; found?: boolean };

const places = ['same', 'same found', 'begins', 'found', 'other'];

/** What is called as was typed, or begins so, stands before what search found by some of its words. */
export function inOrder<G extends Standings>(groups: readonly G[]): G[] {
  const place = ({ best, found }: G) =>
    places.indexOf(!found ? best : best === 'same' ? 'same found' : 'found');
  return [...groups].sort((a, b) => place(a) - place(b));
}

export const bestOf = (names: readonly string[], typed: string): Standing =>
  order.find((one) => names.some((name) => standing(name, typed) === one)) ?? 'other';
