import type { Shape } from './entityTypes.ts';

/**
 * The outline of an entity badge as an SVG path, centred in a box of `size` units. Icons fill 54–60 % of the box.
 * The pill is wider than high, the sheet has a folded corner, as in the chart.
 */
export function shapePath(shape: Shape, size: number): string {
  const s = size;
  const box = (x: number, y: number, w: number, h: number, r: number) =>
    `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}` +
    `a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;
  switch (shape) {
    case 'circle': {
      const r = s / 2;
      return `M0 ${r}a${r} ${r} 0 1 0 ${s} 0a${r} ${r} 0 1 0 ${-s} 0z`;
    }
    case 'rounded':
      return box(0, 0, s, s, s * 0.23);
    case 'square':
      return box(s * 0.03, s * 0.03, s * 0.94, s * 0.94, s * 0.06);
    case 'pill':
      return box(0, s * 0.19, s, s * 0.62, s * 0.31);
    case 'sheet': {
      const fold = s * 0.28;
      const left = s * 0.08;
      const right = s * 0.92;
      const r = s * 0.08;
      return (
        `M${left + r} 0H${right - fold}L${right} ${fold}V${s - r}a${r} ${r} 0 0 1 ${-r} ${r}H${left + r}` +
        `a${r} ${r} 0 0 1 ${-r} ${-r}V${r}a${r} ${r} 0 0 1 ${r} ${-r}z`
      );
    }
  }
}

/** Icon edge as a share of the badge: the pill is low, so its icon is smaller. */
export const iconShare: Record<Shape, number> = {
  circle: 0.56,
  rounded: 0.6,
  square: 0.6,
  pill: 0.42,
  sheet: 0.52,
};
