import { expect, test } from 'vitest';
import { startTenant, testDatabase } from '../database/testing.ts';
import { removeDataset } from '../dataset/dataset.commands.ts';
import { randomFrom } from '../projection/projection.testing.ts';
import { importTesting, shared } from './testing.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.info(`ends of a preview: FC_SEED=${SEED}`);

const idOf = (type: string, number: number): string =>
  `${type}--5b0c2f4e-9a8d-4f6c-8f3e-${String(number).padStart(12, '0')}`;

/** People, and links between some that are there and some that are not, in any order and of any version. */
function bundle(random: (below: number) => number, of: number): string {
  const made = (): string => `2024-01-${String(1 + random(28)).padStart(2, '0')}T00:00:00.000Z`;
  const numbers = [...new Set(Array.from({ length: of }, () => random(of)))];
  const objects = numbers.map((number) => {
    const modified = made();
    const common = { spec_version: '2.1', created: '2024-01-01T00:00:00.000Z', modified };
    if (number % 3 === 0)
      return { type: 'identity', id: idOf('identity', number), name: `N${random(5)}`, ...common };
    const end = () => idOf('identity', random(of / 3 + 3) * 3);
    return {
      type: 'relationship',
      id: idOf('relationship', number),
      relationship_type: 'related-to',
      ...common,
      source_ref: end(),
      target_ref: end(),
    };
  });
  return JSON.stringify({ type: 'bundle', id: idOf('bundle', 1), objects });
}

test.for([
  ...Array.from({ length: 6 }, (_, run) => ({ seed: SEED + run, of: 40 })),
  { seed: SEED, of: 4_500 },
])(
  'a preview counts as many ends without a record as the import then leaves (seed $seed, of $of)',
  { timeout: 120_000 },
  async ({ seed, of }) => {
    const random = randomFrom(seed);
    const ctx = await startTenant(database.db);
    const stix = { format: 'stix', name: 'file.json' };
    for (let round = 0; round < 4; round++) {
      const file = bundle(random, of);
      const how = { ...stix, mode: random(3) === 0 ? ('replace' as const) : ('merge' as const) };
      const preview = await bring(ctx, file, { ...how, preview: true });
      const done = await bring(ctx, file, { ...how, confirmRemovals: true });
      expect(done.state).toBe('done');
      const { import: _, seconds, warnings, ...left } = done.result!;
      expect(preview.result).toMatchObject(left);
      expect(preview.result).not.toHaveProperty('unresolvedIsExact');
      if (random(5) === 0) await removeDataset(ctx, { key: 'test' });
    }
  },
);

test.for([
  { file: 'ftm/entities/t1.ftm.ndjson', format: 'ftm', unresolved: 2 },
  { file: 'stix/attack/mobile-attack-14.1.stix21.json.gz', format: 'stix', unresolved: 1 },
])('$file: the preview counts its dangling ends', async ({ file, format, unresolved }) => {
  const ctx = await startTenant(database.db);
  const preview = await bring(ctx, shared(file), { format, preview: true });
  expect(preview.state).toBe('previewed');
  expect(preview.result).toMatchObject({ unresolved });
});
