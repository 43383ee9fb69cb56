import type { Hue } from '../entity/entityTypes.ts';

const names = [
  'canvas',
  'accent',
  'text-1',
  'text-2',
  'text-3',
  'edge',
  'edge-bundle',
  'amber',
  'amber-edge',
  'hairline',
] as const;
const hues: Hue[] = [
  'person',
  'company',
  'address',
  'event',
  'account',
  'phone',
  'email',
  'vehicle',
  'document',
  'wallet',
  'vessel',
  'device',
];

export type Rgb = [number, number, number];

/** The tokens the chart paints with, as CSS colours that a canvas understands. */
export type Colours = Record<(typeof names)[number], string> & {
  hues: Record<Hue, { fill: string; ink: string }>;
};

/** Reads the tokens as they hold now: light-dark() and forced colours are resolved by the browser. */
export function readColours(host: HTMLElement): Colours {
  const probe = document.createElement('span');
  probe.style.forcedColorAdjust = 'none';
  // Under reduced motion every change of a style is a transition of no length: read at once it would still be the one before.
  probe.style.setProperty('transition', 'none', 'important');
  host.append(probe);
  const resolve = (token: string) => {
    probe.style.color = `var(--${token})`;
    return toRgb(getComputedStyle(probe).color);
  };
  const colours = Object.fromEntries(names.map((name) => [name, resolve(name)])) as unknown as Colours;
  colours.hues = Object.fromEntries(
    hues.map((hue) => [hue, { fill: resolve(hue), ink: resolve(`${hue}-ink`) }]),
  ) as Colours['hues'];
  probe.remove();
  return colours;
}

/** Any computed colour, color(srgb …) too, as rgb(): sigma and the canvas read only that. */
function toRgb(computed: string): string {
  const wide = /color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(computed);
  if (!wide) return computed;
  return `rgb(${wide
    .slice(1, 4)
    .map((part) => Math.round(Number(part) * 255))
    .join(', ')})`;
}

/** 0–255 channels of an rgb() colour. */
export function channels(colour: string): Rgb {
  const parts = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

/** `share` of one colour over another. */
export function mix(colour: string, ground: string, share: number): string {
  const [a, b] = [channels(colour), channels(ground)];
  return `rgb(${a.map((value, i) => Math.round(value * share + b[i]! * (1 - share))).join(', ')})`;
}
