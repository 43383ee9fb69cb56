import type { Finding } from './doctor.ts';
import { CommandError, type Installation } from './installation.ts';
import { operator } from './operator.ts';

const about = 'Neo4j';
/** A copy that is further behind than that is told. */
const SLOW_SECONDS = 30;

/** What the projection says of itself. */
export interface ProjectionSelf {
  /** `answers`, or why it does not. */
  store: string;
  state: string;
  lagSeconds: number;
  problem: string | null;
}

/** Looks whether Neo4j, where it is configured, answers, and whether it is kept up to date. */
export async function neo4jFindings(installation: Installation): Promise<Finding[]> {
  if (!installation.config.NEO4J_URI) return [];
  try {
    return judgeNeo4j(await operator<ProjectionSelf>(installation, ['projection-status', 'neo4j']));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // That the database does not answer is said already.
    return [];
  }
}

export function judgeNeo4j({ store, state, lagSeconds, problem }: ProjectionSelf): Finding[] {
  if (store === 'LOGIN_REFUSED')
    return [
      {
        about,
        problem: 'It refuses the login.',
        mend: 'Correct NEO4J_USER and NEO4J_PASSWORD, then make down and make up.',
      },
    ];
  if (store !== 'answers')
    return [
      {
        about,
        problem: `It does not answer (${store}); questions that walk the graph fail.`,
        mend: 'Start it, or correct NEO4J_URI; empty NEO4J_URI and NEO4J_PASSWORD to let Postgres answer.',
      },
    ];
  if (state === 'waiting')
    return [{ about, problem: 'No worker keeps it up to date.', mend: 'make logs s=worker' }];
  if (state === 'failing')
    return [
      {
        about,
        problem: `Changes do not go in (${problem ?? 'no reason is known'}).`,
        mend: 'make logs s=worker; a new generation helps where the store itself is damaged: bin/summit projection rebuild neo4j',
      },
    ];
  if (state === 'paused')
    return [
      {
        about,
        problem: 'It is paused, and answers as of then.',
        mend: 'bin/summit projection resume neo4j',
        warning: true,
      },
    ];
  if (state === 'following' && lagSeconds > SLOW_SECONDS)
    return [
      {
        about,
        problem: `It is ${Math.round(lagSeconds)} s behind.`,
        mend: 'See summit_horizon_age_seconds first: what holds the log back holds it back too. docs/operations.md',
        warning: true,
      },
    ];
  return [];
}
