import type { ProjectionsQuery } from '../api/generated/graphql.ts';
import { counted, duration } from '../format/numbers.ts';

export type Projection = ProjectionsQuery['projections'][number];

/** The notice about a copy of the graph: what is so, what it means here, what to do. */
export type GraphStanding = {
  tone: 'behind' | 'down';
  /** What is so. */
  says: string;
  /** What it means for what is shown, and what still works. */
  means: string;
};

/** A copy that is behind for less catches up before anybody has read that it is. */
const NOTICED_SECONDS = 5;

/**
 * What a person in the workspace should know of the copy that answers questions about the graph; undefined while it keeps up, and
 * while it is filled, when Postgres answers and nothing is missing.
 */
export function graphStanding(
  { state, lagChanges, lagIsExact, lagSeconds }: Projection,
  runsThisPlace: boolean,
): GraphStanding | undefined {
  if (state === 'filling') return undefined;
  if (state === 'down') {
    return {
      tone: 'down',
      says: 'The graph store does not answer.',
      means:
        'Paths, common neighbours and expanding wait for it, and go on by themselves; everything else works.',
    };
  }
  const isHeld = state === 'paused' || state === 'failing' || state === 'waiting';
  const isLate = lagChanges > 0 && lagSeconds >= NOTICED_SECONDS;
  // A copy that is held up and lacks nothing yet answers as it should.
  if (!isLate && !(isHeld && (lagChanges > 0 || runsThisPlace))) return undefined;
  const why = {
    paused: ' It is paused.',
    failing: ' Changes do not go in.',
    waiting: ' No worker is at it.',
  };
  const behind =
    lagChanges === 0
      ? 'The graph store lacks nothing yet.'
      : `The graph store is ${howMany(lagChanges, lagIsExact)}, ${duration(Math.max(1, lagSeconds))}, behind.`;
  return {
    tone: 'behind',
    says: behind + (why[state as keyof typeof why] ?? ''),
    means: 'Paths, common neighbours and expanding may lack what is newer; chart, table and facts do not.',
  };
}

const howMany = (changes: number, isExact: boolean): string =>
  isExact ? counted(changes, 'change') : `at least ${counted(changes, 'change')}`;
