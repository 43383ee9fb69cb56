import { SummitError } from '@summit/process/errors';
import { markings } from '@summit/process/internalIdentity';

/** Traffic Light Protocol 2.0, least restrictive first. The database stores the place in this list. */
export const MARKINGS = markings;
export type Marking = (typeof MARKINGS)[number];

/** The rank that sees everything. */
export const HIGHEST_MARKING = MARKINGS.length - 1;

export const markingName = (rank: number): Marking => MARKINGS[rank]!;

/** The rank of a marking as people write it; TLP:WHITE is the older name of TLP:CLEAR. Throws INPUT_INVALID. */
export function markingRank(name: string): number {
  const wanted = name
    .trim()
    .toUpperCase()
    .replace(/^(?!TLP:)/, 'TLP:')
    .replace('TLP:WHITE', 'TLP:CLEAR');
  const rank = MARKINGS.indexOf(wanted as Marking);
  if (rank < 0)
    throw new SummitError('INPUT_INVALID', { problem: `marking is one of ${MARKINGS.join(', ')}` });
  return rank;
}
