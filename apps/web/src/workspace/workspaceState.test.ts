import { expect, test } from 'vitest';
import { initialState, readState, shownState, type WorkspaceState } from './workspaceState.ts';

test('a view that is as it begins leaves no trace in the address', () => {
  expect(shownState(initialState)).toEqual({});
  expect(readState({})).toEqual(initialState);
});

test('any view survives the way through the address', () => {
  const state: WorkspaceState = {
    panes: ['table'],
    sel: ['0190', '0191'],
    tab: 'history',
    filters: ['dataset:ee,register', '-schema:Person'],
    cam: [0.25, -1.5, 0.8],
    at: '2024-09-30T00:00:00Z',
    layout: 'grid',
    sort: 'caption',
  };
  expect(readState(Object.fromEntries(new URLSearchParams(shownState(state))))).toEqual(state);
});

test('nonsense in an address falls back to the beginning', () => {
  expect(readState({ panes: 'map,globe', cam: '1,two,3', at: '' })).toEqual(initialState);
});
