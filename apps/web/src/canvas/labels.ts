/** A rectangle in CSS pixels. */
export type Box = { left: number; top: number; right: number; bottom: number };

export type LabelWish = {
  id: string;
  text: string;
  /** Middle and radius of the badge, CSS pixels. */
  x: number;
  y: number;
  radius: number;
  /** Measured width of the text. */
  width: number;
  /** Selected first, then by relationships: the higher is placed earlier. */
  weight: number;
  /** Drawn in any case: where every place is taken, over as little as can be. */
  must?: boolean;
  /** Where its own lines lead, CSS pixels: of the free places the one that the fewest of them strike through is taken. */
  lines?: readonly { x: number; y: number }[];
};

export type PlacedLabel = { id: string; text: string; left: number; middle: number; box: Box };

const height = 16;
const gap = 4;

/** Right, below, left, above, then the corners: the first free place of eight is taken. */
const places: ((wish: LabelWish) => [left: number, middle: number])[] = [
  (w) => [w.x + w.radius + gap, w.y],
  (w) => [w.x - w.width / 2, w.y + w.radius + gap + height / 2 - 2],
  (w) => [w.x - w.radius - gap - w.width, w.y],
  (w) => [w.x - w.width / 2, w.y - w.radius - gap - height / 2 + 2],
  (w) => [w.x + w.radius * 0.75, w.y + w.radius + height / 2 - 1],
  (w) => [w.x - w.radius * 0.75 - w.width, w.y + w.radius + height / 2 - 1],
  (w) => [w.x + w.radius * 0.75, w.y - w.radius - height / 2 + 1],
  (w) => [w.x - w.radius * 0.75 - w.width, w.y - w.radius - height / 2 + 1],
];

/**
 * Places labels so that no two overlap, none lies over a badge, and none leaves the view. A label without room is not
 * placed. `before` keeps a label where it stood when that place is still free, so that panning does not make it jump.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  badges: readonly Box[],
  view: { width: number; height: number },
  before: ReadonlyMap<string, number> = new Map(),
): { placed: PlacedLabel[]; chosen: Map<string, number> } {
  const grid = new BoxGrid();
  for (const badge of badges) grid.add(badge);
  const placed: PlacedLabel[] = [];
  const chosen = new Map<string, number>();
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight)) {
    const kept = before.get(wish.id);
    const order = kept === undefined ? places.keys() : [kept, ...places.keys()];
    let best: { place: number; hits: number; struck: number; label: PlacedLabel } | undefined;
    for (const place of order) {
      const [left, middle] = places[place]!(wish);
      const box = {
        left: left - 2,
        right: left + wish.width + 2,
        top: middle - height / 2,
        bottom: middle + height / 2,
      };
      if (box.left < 0 || box.top < 0 || box.right > view.width || box.bottom > view.height) continue;
      const hits = grid.hits(box);
      if (hits > 0 && !wish.must) continue;
      const label = { id: wish.id, text: wish.text, left, middle, box };
      const struck = wish.lines ? strikes(wish, wish.lines, box) : 0;
      if (!best || hits < best.hits || (hits === best.hits && struck < best.struck))
        best = { place, hits, struck, label };
      if (hits === 0 && struck === 0) break;
    }
    if (!best) continue;
    grid.add(best.label.box);
    placed.push(best.label);
    chosen.set(wish.id, best.place);
  }
  return { placed, chosen };
}

/** How many lines from the middle of the badge to these ends cross the box. */
function strikes(
  from: { x: number; y: number },
  ends: readonly { x: number; y: number }[],
  box: Box,
): number {
  let count = 0;
  for (const to of ends) {
    // The part of the line that lies within the box on both axes, as shares of its length.
    let [enter, leave] = [0, 1];
    for (const [start, step, low, high] of [
      [from.x, to.x - from.x, box.left, box.right],
      [from.y, to.y - from.y, box.top, box.bottom],
    ] as const) {
      if (step === 0) {
        if (start < low || start > high) leave = -1;
        continue;
      }
      const [one, two] = [(low - start) / step, (high - start) / step];
      enter = Math.max(enter, Math.min(one, two));
      leave = Math.min(leave, Math.max(one, two));
    }
    if (enter < leave) count += 1;
  }
  return count;
}

/** Boxes by cells of 64 px: overlap is asked of near ones only. */
class BoxGrid {
  #cells = new Map<number, Box[]>();

  *#keys(box: Box): Generator<number> {
    for (let x = Math.floor(box.left / 64); x <= Math.floor(box.right / 64); x += 1) {
      for (let y = Math.floor(box.top / 64); y <= Math.floor(box.bottom / 64); y += 1) yield x * 10_007 + y;
    }
  }

  add(box: Box): void {
    for (const key of this.#keys(box)) {
      const cell = this.#cells.get(key);
      if (cell) cell.push(box);
      else this.#cells.set(key, [box]);
    }
  }

  /** How many boxes it overlaps. */
  hits(box: Box): number {
    const found = new Set<Box>();
    for (const key of this.#keys(box)) {
      for (const other of this.#cells.get(key) ?? []) {
        if (
          box.left < other.right &&
          other.left < box.right &&
          box.top < other.bottom &&
          other.top < box.bottom
        )
          found.add(other);
      }
    }
    return found.size;
  }
}
