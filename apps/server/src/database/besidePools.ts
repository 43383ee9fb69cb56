/**
 * Every connection to Postgres that a process keeps outside of its pools, once each. Whoever opens one names it from here, and
 * `doctor` counts from here what the database has to grant.
 */
import type { Config } from '@summit/process/config';

export type Process = 'server' | 'worker';

interface Beside {
  in: readonly Process[];
  /** Only where this is set. */
  where?: 'DATABASE_READ_REPLICAS' | 'NEO4J_URI' | 'KAFKA_ENABLED';
  /** What it listens to. */
  channel?: string;
  /** What its holder alone may do; the same for all processes of all versions. */
  right?: string;
}

const besidePools = {
  pulse: { in: ['server', 'worker'] },
  replicas: { in: ['server'], where: 'DATABASE_READ_REPLICAS' },
  'live-feed': { in: ['server'], channel: 'summit_changes' },
  'import-feed': { in: ['server'], channel: 'summit_imports' },
  jobs: { in: ['worker'], channel: 'summit_jobs' },
  'projection-changes': { in: ['worker'], where: 'NEO4J_URI', channel: 'summit_changes' },
  'projection-orders': { in: ['worker'], where: 'NEO4J_URI', channel: 'summit_projections' },
  'publisher-changes': { in: ['worker'], where: 'KAFKA_ENABLED', channel: 'summit_changes' },
  publisher: { in: ['worker'], where: 'KAFKA_ENABLED', right: 'publish changes to Kafka' },
  ingest: { in: ['worker'], where: 'KAFKA_ENABLED', right: 'take events in from Kafka' },
} as const satisfies Record<string, Beside>;

type Table = typeof besidePools;
/** Whose connection it is; Postgres is told `summit-<name>`. */
export type BesideName = keyof Table;
type NamesWith<Field extends string> = {
  [Name in BesideName]: Table[Name] extends Record<Field, string> ? Name : never;
}[BesideName];
export type ListenerName = NamesWith<'channel'>;
export type RightName = NamesWith<'right'>;

export const channelOf = (name: ListenerName): string => besidePools[name].channel;
export const rightOf = (name: RightName): string => besidePools[name].right;

/** What a process keeps beside its pools, at most. */
export const besideOf = (of: Process, config: Pick<Config, NonNullable<Beside['where']>>): BesideName[] =>
  (Object.entries(besidePools) as [BesideName, Beside][]).flatMap(([name, { in: processes, where }]) => {
    const given = where === undefined || config[where];
    const isGiven = Array.isArray(given) ? given.length > 0 : Boolean(given);
    return isGiven && processes.includes(of) ? [name] : [];
  });
