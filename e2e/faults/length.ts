import { test } from 'vitest';

/** `make faults SHORT=true`, as `.ci/run` has it: some faults of each store. The others are left to `make faults`. */
export const isShort = process.env.SHORT === 'true';

/** A test that only the whole suite has. */
export function longTest(name: string, work: () => Promise<void>): void {
  if (!isShort) test(name, work);
}

/** Faults of one kind: the first ones in short. */
export const some = <Fault>(inShort: readonly Fault[], others: readonly Fault[]): Fault[] => [
  ...inShort,
  ...(isShort ? [] : others),
];
