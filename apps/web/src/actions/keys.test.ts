import { expect, test } from 'vitest';
import { actsWhileTyping, combinationOf, shownKeys } from './keys.ts';

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('Ctrl is Mod, and ⌘ is Mod on a Mac', () => {
  expect(combinationOf(press('k', { ctrlKey: true }), false)).toBe('Mod+K');
  expect(combinationOf(press('k', { metaKey: true }), true)).toBe('Mod+K');
  expect(combinationOf(press('k', { ctrlKey: true }), true)).toBe('Ctrl+K');
});

test('shift counts for letters and arrows, not for the sign it makes', () => {
  expect(combinationOf(press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod+Shift+Z');
  expect(combinationOf(press('ArrowUp', { shiftKey: true }), false)).toBe('Shift+ArrowUp');
  expect(combinationOf(press('?', { shiftKey: true }), false)).toBe('?');
  expect(combinationOf(press(' '), false)).toBe('Space');
});

test('only combinations that type nothing act inside a text field', () => {
  expect(actsWhileTyping('Mod+K')).toBe(true);
  expect(actsWhileTyping('F6')).toBe(true);
  expect(actsWhileTyping('E')).toBe(false);
  expect(actsWhileTyping('/')).toBe(false);
});

test('a combination is shown as it is pressed on the machine', () => {
  expect(shownKeys('Mod+Shift+Z', true)).toBe('⌘⇧Z');
  expect(shownKeys('Mod+Shift+Z', false)).toBe('Ctrl Shift Z');
  expect(shownKeys('Enter', false)).toBe('⏎');
});
