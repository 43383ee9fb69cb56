import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { testsOnReferenceFiles } from './apps/cli/src/referenceFiles.ts';
import { hasReferenceFiles } from './packages/process/src/referenceFiles.ts';

const everywhere = ['packages/*/src/**', 'apps/*/src/**', 'servers/**', 'checks', 'bench/**', 'demo/**'];
const kinds = ['pg', 'api', 'crash', 'stores', 'e2e'];
const named = (kind: string) => everywhere.map((folder) => `${folder}/*.${kind}.test.{ts,tsx}`);

/** Left out where the reference files are not; `summit test` says so in one loud line, and fails in CI. */
const without = hasReferenceFiles() ? [] : testsOnReferenceFiles();
const exclude = ['**/node_modules/**', ...without];

/** `.ci/run` tries some faults of each store (e2e/faults/length.ts), `make faults` all. */
const isShort = process.env.SHORT === 'true';
const TORTURE = 'e2e/faults/torture.stores.test.ts';
const leftToTheWhole = isShort ? ['e2e/faults/drift.stores.test.ts'] : [];

/** Tests are named by what they need; a file without a kind needs nothing but Node. */
export default defineConfig({
  // One copy of graphql, the one that Node itself resolves: two would not know each other's classes.
  resolve: {
    alias: { graphql: fileURLToPath(new URL('apps/server/node_modules/graphql/index.js', import.meta.url)) },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: everywhere.map((folder) => `${folder}/*.test.{ts,tsx}`),
          exclude: [...exclude, ...kinds.flatMap(named)],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: named('pg'),
          exclude,
          globalSetup: './checks/testPostgres.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'api',
          include: [...named('api'), 'e2e/**/*.api.test.ts'],
          exclude,
          globalSetup: ['./checks/testPostgres.ts', './e2e/testProduct.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'crash',
          include: [...named('crash'), 'e2e/**/*.crash.test.ts'],
          exclude,
          globalSetup: './checks/testPostgres.ts',
          // These kill real processes of their own; one file at a time keeps two cores honest.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'stores',
          // One second is little for what a process does by itself, on a machine that has more to do.
          expect: { poll: { timeout: 10_000 } },
          include: [...named('stores'), 'e2e/*.stores.test.ts'],
          exclude,
          globalSetup: './checks/testPostgres.ts',
          // Each starts real servers of its own, of half a gigabyte each.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['e2e/faults/*.stores.test.ts'],
          exclude: [...exclude, TORTURE, ...leftToTheWhole],
          globalSetup: './checks/testPostgres.ts',
          // Each disturbs a product under load.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'torture',
          include: [TORTURE],
          globalSetup: './checks/testPostgres.ts',
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['e2e/**/*.e2e.ts'],
          globalSetup: './e2e/testProduct.ts',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
