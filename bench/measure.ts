import { cpus, loadavg, totalmem } from 'node:os';

export interface Figure {
  what: string;
  p50: number;
  p95: number;
  count: number;
  /** What the p95 may be at most, in milliseconds. */
  most?: number | undefined;
}

/** Numbers between 0 and 1, the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

type Questions = Record<string, { ask(turn: number): Promise<unknown>; most?: number }>;

/** Warm: other questions were asked, at least so many and for so long. Until then the processes still compile what answers them. */
const WARM = { questions: 500, ms: 15_000 };

/** Asks all of one kind, then all of the next: what one client meets who asks one thing again and again. */
export async function inSeries(count: number, questions: Questions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, { ask, most }] of Object.entries(questions)) {
    const began = performance.now();
    for (let turn = 0; turn < WARM.questions || performance.now() - began < WARM.ms; turn++)
      await ask(count + (turn % count));
    const values: number[] = [];
    for (let turn = 0; turn < count; turn++) {
      const asked = performance.now();
      await ask(turn);
      values.push(performance.now() - asked);
    }
    figures.push({ what, p50: quantile(values, 0.5), p95: quantile(values, 0.95), count, most });
  }
  return figures;
}

/** Asks in turns, so that all kinds of question meet the same minutes of the machine: for ratios. The first tenth only warms. */
export async function sideBySide(count: number, questions: Questions): Promise<Figure[]> {
  const times = new Map(Object.keys(questions).map((what) => [what, [] as number[]]));
  const warm = Math.ceil(count / 10);
  for (let turn = 0; turn < count + warm; turn++) {
    for (const [what, { ask }] of Object.entries(questions)) {
      const began = performance.now();
      await ask(turn);
      if (turn >= warm) times.get(what)!.push(performance.now() - began);
    }
  }
  return Object.entries(questions).map(([what, { most }]) => {
    const values = times.get(what)!;
    return { what, p50: quantile(values, 0.5), p95: quantile(values, 0.95), count, most };
  });
}

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`;

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`);
  console.log(
    `${''.padEnd(58)} ${'p50 ms'.padStart(8)} ${'p95 ms'.padStart(8)} ${'target'.padStart(8)}  questions`,
  );
  for (const { what, p50, p95, most, count } of figures) {
    const verdict = most === undefined ? '' : p95 <= most ? '  ok' : '  above';
    console.log(
      `${what.padEnd(58)} ${p50.toFixed(1).padStart(8)} ${p95.toFixed(1).padStart(8)} ${(most ? `≤ ${most}` : '').padStart(8)}  ${count}${verdict}`,
    );
  }
}

export interface Rate {
  what: string;
  rows: number;
  /** By the clock of whoever waits. */
  seconds: number;
  /** What the job says that it took, without upload and waiting. */
  working?: number;
  /** Rows a second that it should reach. */
  least?: number;
}

export function printRates(title: string, rates: readonly Rate[]): void {
  console.log(`\n${title}`);
  console.log(
    `${''.padEnd(58)} ${'rows/s'.padStart(8)} ${'seconds'.padStart(8)} ${'target'.padStart(9)}  working s`,
  );
  for (const { what, rows, seconds, working, least } of rates) {
    const speed = rows / seconds;
    const verdict = least === undefined ? '' : speed >= least ? '  ok' : '  below';
    console.log(
      `${what.padEnd(58)} ${Math.round(speed).toString().padStart(8)} ${seconds.toFixed(1).padStart(8)} ${(least ? `≥ ${least}` : '').padStart(9)}  ${working?.toFixed(1) ?? ''}${verdict}`,
    );
  }
}
