import type { Config } from '@summit/process/config';
import { type Check, Checks, detailedAnswer, readyAnswer, type ServiceState } from '@summit/process/health';

/** One store that this process uses, as health asks it. */
export interface Store {
  /** Its name in `services` of /health/detailed. */
  name: 'postgres' | 'neo4j' | 'redis' | 'kafka';
  /** Rejects with a `code`; has 150 ms. */
  check: Check;
  /** Nothing works here without it: `?scope=pod` asks only these. */
  needed?: boolean;
}

export interface StoresHealth {
  ready(scope: string | null, draining: boolean): Promise<{ status: number; body: object }>;
  detailed(scope: string | null): Promise<{ status: number; body: object }>;
}

/** What the server answers for its stores. Each adds one entry where it is configured (api.ts). */
export function storesHealth(config: Config, stores: readonly Store[]): StoresHealth {
  const all = checksOf(stores);
  const needed = checksOf(stores.filter((store) => store.needed));
  const has = (name: Store['name']) => stores.some((store) => store.name === name);
  const told: Record<string, ServiceState> = {
    ...(!has('neo4j') && { neo4j: 'not-configured' }),
    ...(!has('redis') && { redis: 'not-configured' }),
    'cache-strategy': config.CACHE_STRATEGY ?? (has('redis') ? 'redis' : 'none'),
    'graph-query-optimizer': has('neo4j') ? 'neo4j' : 'postgres',
  };

  return {
    ready: async (scope, draining) =>
      readyAnswer(await (scope === 'pod' ? needed : all).failures(), draining),
    detailed: async (scope) => {
      const asked = scope === 'pod' ? needed : all;
      const services = scope === 'pod' ? {} : told;
      return detailedAnswer(asked.names(), await asked.failures(), services, config.NODE_ENV);
    },
  };
}

const checksOf = (stores: readonly Store[]): Checks =>
  new Checks(Object.fromEntries(stores.map(({ name, check }) => [name, check])));
