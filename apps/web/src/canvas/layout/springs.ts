import { seeded } from './random.ts';

export type Springs = {
  x: Float64Array;
  y: Float64Array;
  /** 1 where a node may not move. */
  fixed: Uint8Array;
  /** Pairs of node indices. */
  links: Uint32Array;
  /** Wished length of a link in world units. */
  length: number;
  rounds: number;
  seed?: number;
};

/**
 * Springs along links and short-ranged repulsion between all nodes, in world units: links settle near `length`, nodes
 * keep apart by about half of it. Nearby nodes are found in a grid, so a round costs nodes plus links. Fixed nodes push
 * and pull but never move. Changes x and y in place.
 */
export function relax({ x, y, fixed, links, length, rounds, seed = 1 }: Springs): void {
  const count = x.length;
  const random = seeded(seed);
  const reach = length * 1.6;
  const dx = new Float64Array(count);
  const dy = new Float64Array(count);
  const degree = new Float64Array(count);
  for (let i = 0; i < links.length; i += 1) degree[links[i]!]! += 1;

  for (let round = 0; round < rounds; round += 1) {
    const heat = length * 0.5 * (1 - round / rounds) ** 1.5 + 0.2;
    dx.fill(0);
    dy.fill(0);
    repel(x, y, fixed, dx, dy, length, reach, random);
    for (let i = 0; i < links.length; i += 2) {
      const a = links[i]!;
      const b = links[i + 1]!;
      if (a === b || (fixed[a] && fixed[b])) continue;
      const vx = x[b]! - x[a]!;
      const vy = y[b]! - y[a]!;
      const distance = Math.hypot(vx, vy) || 0.01;
      // A hub's many links share their pull, or they would draw everything onto it.
      const pull = ((distance - length) / distance) * 0.5;
      const shareA = pull / Math.sqrt(degree[a]!);
      const shareB = pull / Math.sqrt(degree[b]!);
      dx[a]! += vx * shareA;
      dy[a]! += vy * shareA;
      dx[b]! -= vx * shareB;
      dy[b]! -= vy * shareB;
    }
    for (let i = 0; i < count; i += 1) {
      if (fixed[i]) continue;
      const step = Math.hypot(dx[i]!, dy[i]!);
      if (step === 0) continue;
      const limit = Math.min(step, heat) / step;
      x[i]! += dx[i]! * limit;
      y[i]! += dy[i]! * limit;
    }
  }
}

function repel(
  x: Float64Array,
  y: Float64Array,
  fixed: Uint8Array,
  dx: Float64Array,
  dy: Float64Array,
  length: number,
  reach: number,
  random: () => number,
): void {
  const cells = new Map<number, number[]>();
  const column = (value: number) => Math.floor(value / reach);
  const key = (cx: number, cy: number) => (cx + 50_000) * 100_003 + cy + 50_000;
  for (let i = 0; i < x.length; i += 1) {
    const at = key(column(x[i]!), column(y[i]!));
    const cell = cells.get(at);
    if (cell) cell.push(i);
    else cells.set(at, [i]);
  }
  for (let i = 0; i < x.length; i += 1) {
    if (fixed[i]) continue;
    const cx = column(x[i]!);
    const cy = column(y[i]!);
    for (let ox = -1; ox <= 1; ox += 1) {
      for (let oy = -1; oy <= 1; oy += 1) {
        const cell = cells.get(key(cx + ox, cy + oy));
        if (!cell) continue;
        // In a crowd a sample of the neighbours pushes as well as all of them, and a round stays linear.
        const stride = Math.ceil(cell.length / 24);
        for (let at = i % stride; at < cell.length; at += stride) {
          const j = cell[at]!;
          if (j === i) continue;
          let vx = x[i]! - x[j]!;
          let vy = y[i]! - y[j]!;
          if (vx === 0 && vy === 0) {
            vx = random() - 0.5;
            vy = random() - 0.5;
          }
          const distance = Math.hypot(vx, vy);
          if (distance > reach) continue;
          const push = ((length * length) / (distance * distance) - (length / reach) ** 2) * 0.28;
          dx[i]! += vx * Math.min(push, 4);
          dy[i]! += vy * Math.min(push, 4);
        }
      }
    }
  }
}
