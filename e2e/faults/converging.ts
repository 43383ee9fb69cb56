import { expect } from 'vitest';
import { operate } from '../asking.ts';
import type { Product } from '../product.ts';
import { until } from '../until.ts';

type Status = { state: string; lagChanges: number };
type Report = { equal: boolean; differences: Record<string, number> };

/** Waits until the copy in Neo4j has followed the log to its end, and compares all of it with Postgres. */
export async function expectConverged({ env }: Product): Promise<void> {
  await until('the projection follows', 120_000, async () => {
    const { state, lagChanges } = await operate<Status>(env, 'projection-status', 'neo4j');
    return state === 'following' && lagChanges === 0;
  });
  const { equal, differences } = await operate<Report>(env, 'projection-verify', 'neo4j');
  expect({ equal, differences }).toEqual({
    equal: true,
    differences: { missing: 0, extra: 0, stale: 0, wrongTenant: 0 },
  });
}
