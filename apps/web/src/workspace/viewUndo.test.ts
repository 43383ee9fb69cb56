import { expect, test } from 'vitest';
import { emptyHistory, nextRedo, nextUndo, remember, stepBack, stepForward } from './viewUndo.ts';

const act = (head: string | null) => ({ says: 'Changed a filter', before: { filters: [] }, after: {}, head });

test('one key undoes whichever act came last, of the view or of the server', () => {
  const history = remember(emptyHistory, act('5'));
  expect(nextUndo(history, '5')).toBeDefined();
  // A later act of the server is undone first; once it is, the view act is the last again.
  expect(nextUndo(history, '6')).toBeUndefined();
  expect(nextUndo(history, '5')).toBeDefined();
});

test('redo gives back what undo took, until something new is done', () => {
  const undone = stepBack(remember(emptyHistory, act(null)));
  expect(nextUndo(undone, null)).toBeUndefined();
  expect(nextRedo(undone, null)).toBeDefined();
  expect(nextUndo(stepForward(undone), null)).toBeDefined();
  expect(nextRedo(remember(undone, act(null)), null)).toBeUndefined();
});
