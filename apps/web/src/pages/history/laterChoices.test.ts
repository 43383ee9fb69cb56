import { expect, test } from 'vitest';
import { laterChoices, readConflicts, whoseLater, whyNotThem } from './laterChoices.ts';

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
  expect(laterChoices({ who: 'Ines Ferrol', verb: 'Undo' }).map(({ button }) => button)).toEqual([
    'Undo, keep Ines’s change',
    'Undo, overwrite Ines’s change',
    'Undo, and undo Ines’s change',
  ]);
  expect(laterChoices({ who: 'You', verb: 'Redo' })[0]?.button).toBe('Redo, keep your later change');
});

test('where all of it was changed later, to keep that is no way on', () => {
  const ways = laterChoices({ who: '2 people', verb: 'Undo', isAllChanged: true });
  expect(ways.map(({ name }) => name)).toEqual(['Put back what stood before', 'Undo their change too']);
});

test('a refusal without items is still read', () => {
  expect(readConflicts({})).toEqual({ items: [], total: 0 });
  expect(readConflicts({ items: [item('Jo')], total: 3 }).total).toBe(3);
});

test('later acts that would be refused say why, and the others nothing', () => {
  const jo = { name: 'Jo', roles: ['analyst'] };
  const act = (actor: string | null, isImport = false) => ({ change: 'c', summary: 's', actor, isImport });
  const acts = (...items: ReturnType<typeof act>[]) => ({
    items,
    total: items.length,
    totalIsExact: true,
    possible: false,
  });
  expect(whyNotThem({ ...acts(act('Ines')), possible: true }, jo)).toBeUndefined();
  expect(whyNotThem(acts(act('Jo'), act('Ines', true)), jo)).toMatch(/^An import is among them/);
  expect(whyNotThem({ ...acts(act('Jo')), total: 21 }, jo)).toMatch(/more than 20/);
  expect(whyNotThem({ ...acts(act('Jo')), totalIsExact: false }, jo)).toMatch(/more than 20/);
  expect(whyNotThem(acts(act('Ines')), jo)).toMatch(/an owner can undo it/);
  // An owner may undo anybody's act: it is something else, which they do not see.
  expect(whyNotThem(acts(act('Ines')), { name: 'Jo', roles: ['owner'] })).toBe(
    'One of them cannot be undone by you',
  );
  const [keep, , too] = laterChoices({ who: 'You', verb: 'Undo', whyNotThem: 'because' });
  expect([keep?.whyNot, too?.whyNot, too?.help]).toEqual([undefined, 'because', 'because']);
});
