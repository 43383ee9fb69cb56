import { when } from '../format/dates.ts';

/** Who removed an original file, when and why. */
export type Removal = { by: { name: string }; at: string; reason: string | null };

/** The removal in a sentence, without its full stop. */
export const saidOfRemoval = ({ by, at, reason }: Removal): string =>
  `The original was removed by ${by.name}, ${when(at)}${reason ? `: ${reason}` : ''}`;
