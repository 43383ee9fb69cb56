type Placed = { id: string; x: number; y: number };
export type Heading = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const angles: Record<Heading, number> = {
  ArrowRight: 0,
  ArrowUp: Math.PI / 2,
  ArrowLeft: Math.PI,
  ArrowDown: -Math.PI / 2,
};

/**
 * Which neighbour an arrow key walks to: the nearest within a quarter turn of its direction, else the one whose
 * direction differs least. y points up. Undefined when there is none.
 */
export function neighbourTowards(
  from: Placed,
  neighbours: readonly Placed[],
  heading: Heading,
): string | undefined {
  const wished = angles[heading];
  let best: { id: string; cost: number } | undefined;
  for (const { id, x, y } of neighbours) {
    if (id === from.id) continue;
    const distance = Math.hypot(x - from.x, y - from.y);
    const turn = Math.abs(
      Math.atan2(
        Math.sin(Math.atan2(y - from.y, x - from.x) - wished),
        Math.cos(Math.atan2(y - from.y, x - from.x) - wished),
      ),
    );
    const cost = turn <= Math.PI / 4 + 0.01 ? distance * (1 + turn) : 1e7 * turn + distance;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
