import { expect, test } from 'vitest';
import { laterChoices, readConflicts, whoseLater } from './laterChoices.ts';

const item = (actor: string | null) => ({ id: 'r', caption: 'Kalda', change: 'c', actor, at: null });

test('one person is named, oneself is you, several are counted', () => {
  expect(whoseLater({ items: [item('Ines Ferrol'), item('Ines Ferrol')], total: 2 }, 'Jo')).toBe(
    'Ines Ferrol',
  );
  expect(whoseLater({ items: [item('Jo')], total: 1 }, 'Jo')).toBe('You');
  expect(whoseLater({ items: [item('Ines Ferrol'), item('Jo')], total: 2 }, 'Jo')).toBe('2 people');
  expect(whoseLater({ items: [item(null)], total: 1 }, 'Jo')).toBe('Somebody');
});

test('each way on says on the button what it does', () => {
  expect(laterChoices('Ines Ferrol', 'Undo').map(({ button }) => button)).toEqual([
    'Undo, keep Ines’s change',
    'Undo, overwrite Ines’s change',
    'Undo, and undo Ines’s change',
  ]);
  expect(laterChoices('You', 'Redo')[0]?.button).toBe('Redo, keep your later change');
});

test('a refusal without items is still read', () => {
  expect(readConflicts({})).toEqual({ items: [], total: 0 });
  expect(readConflicts({ items: [item('Jo')], total: 3 }).total).toBe(3);
});
