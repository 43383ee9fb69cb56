import { expect, test } from 'vitest';
import { type Box, type LabelWish, placeLabels } from './labels.ts';
import { seeded } from './layout/random.ts';

const view = { width: 900, height: 700 };
const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const badgeOf = (wish: LabelWish): Box => ({
  left: wish.x - wish.radius,
  right: wish.x + wish.radius,
  top: wish.y - wish.radius,
  bottom: wish.y + wish.radius,
});

function crowd(count: number): LabelWish[] {
  const random = seeded(11);
  return Array.from({ length: count }, (_, i) => ({
    id: String(i),
    text: 'x'.repeat(8),
    x: random() * view.width,
    y: random() * view.height,
    radius: 13,
    width: 40 + random() * 90,
    weight: i === 17 ? 1000 : random(),
  }));
}

test('no label overlaps another or a badge, or leaves the view', () => {
  const wishes = crowd(220);
  const badges = wishes.map(badgeOf);
  const { placed } = placeLabels(wishes, badges, view);
  expect(placed.length).toBeGreaterThan(60);
  for (const [i, label] of placed.entries()) {
    expect(badges.some((badge) => overlap(label.box, badge))).toBe(false);
    expect(placed.slice(0, i).some((other) => overlap(label.box, other.box))).toBe(false);
    expect(label.box.left >= 0 && label.box.right <= view.width).toBe(true);
  }
});

test('the selected one is placed first', () => {
  const wishes = crowd(400);
  const { placed } = placeLabels(wishes, [], view);
  expect(placed[0]?.id).toBe('17');
});

test('a label stays at its place while that is free', () => {
  const [wish] = crowd(1);
  const { chosen } = placeLabels([wish!], [], view, new Map([[wish!.id, 2]]));
  expect(chosen.get(wish!.id)).toBe(2);
});

test('of the free places one is taken that no line of its own strikes through', () => {
  const wish = { id: 'a', text: 'Name', x: 400, y: 300, radius: 12, width: 80, weight: 1 };
  const lineTo = (...lines: { x: number; y: number }[]) =>
    placeLabels([{ ...wish, lines }], [badgeOf(wish)], view).chosen.get('a');
  expect(lineTo()).toBe(0);
  expect(lineTo({ x: 800, y: 300 })).toBe(1);
  expect(lineTo({ x: 800, y: 300 }, { x: 400, y: 600 })).toBe(2);
});
