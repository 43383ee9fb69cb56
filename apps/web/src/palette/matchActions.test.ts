import { expect, test } from 'vitest';
import type { Action } from '../actions/registry.ts';
import { matchActions } from './matchActions.ts';

const action = (id: string, name: string, more: Partial<Action> = {}): Action => ({
  id,
  name,
  group: 'View',
  run: () => undefined,
  ...more,
});
const actions = [
  action('dark', 'Dark colours', { also: 'theme night' }),
  action('import', 'Import a file', { also: 'upload csv' }),
  action('region', 'Next region', { hidden: true }),
];

test('every word must be found, in the name or beside it', () => {
  expect(matchActions(actions, 'theme').map((one) => one.id)).toEqual(['dark']);
  expect(matchActions(actions, 'file csv').map((one) => one.id)).toEqual(['import']);
  expect(matchActions(actions, 'file dark')).toEqual([]);
});

test('an act that is called just so stands first', () => {
  const like = [action('a', 'Expand all'), action('b', 'Export as text'), action('c', 'Export')];
  expect(matchActions(like, 'Export').map((one) => one.id)).toEqual(['c', 'b']);
  const near = [action('a', 'Home and away'), action('b', 'Go home')];
  expect(matchActions(near, 'go home').map((one) => one.id)).toEqual(['b']);
});

test('what only moves the focus is not offered', () => {
  expect(matchActions(actions, '').map((one) => one.id)).toEqual(['dark', 'import']);
});
