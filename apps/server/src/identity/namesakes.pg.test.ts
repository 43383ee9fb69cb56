import { expect, test } from 'vitest';
import { startTenant, testDatabase } from '../database/testing.ts';
import { addUser } from './user.commands.ts';

const { db } = await testDatabase();

test('of two who add somebody of one name at once, one is told that the name is taken', async () => {
  const [ctx, other] = [await startTenant(db), await startTenant(db)];
  const add = (name: string, who = ctx) => addUser(who, { name, roles: ['analyst'], clearance: 1 });
  const outcomes = await Promise.allSettled([add('Cem'), add('CEM'), add('cem'), add('Cem', other)]);
  expect(
    outcomes
      .slice(0, 3)
      .map(({ status }) => status)
      .sort(),
  ).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(outcomes[3]!.status).toBe('fulfilled');
  for (const outcome of outcomes.slice(0, 3))
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'INPUT_INVALID' });
});
