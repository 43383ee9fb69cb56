import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { defineSchema, removeSchema } from './ontology.commands.ts';
import { ontologyOf } from './ontology.queries.ts';

const { db } = await testDatabase();
const types = (ctx: Context, at?: number) => read(ctx, at, ontologyOf);

test('a tenant adds, changes and removes types of its own, without a restart and as of any moment', async () => {
  const [ctx, other] = [await startTenant(db), await startTenant(db)];
  const drone = { name: 'Drone', label: 'Drone', extends: ['Vehicle'], icon: 'vehicle' };
  const first = await defineSchema(ctx, { ...drone, properties: [{ name: 'nickname', type: 'name' }] });
  const ontology = await types(ctx);
  expect(ontology.isA('Drone', 'Asset')).toBe(true);
  expect(ontology.propertyType('Drone', 'nickname')).toBe('name');
  expect(ontology.caption('Drone', { nickname: ['Buzz'] })).toBe('Buzz');
  expect((await types(other)).schema('Drone')).toBeUndefined();

  expect(
    (await defineSchema(ctx, { ...drone, properties: [{ name: 'nickname', type: 'name' }] })).change,
  ).toBeNull();
  const second = await defineSchema(ctx, {
    name: 'Flies',
    isRelationship: true,
    source: 'pilot',
    target: 'drone',
  });
  expect((await types(ctx)).isEdge('Flies')).toBe(true);
  await removeSchema(ctx, { name: 'Drone' });
  expect((await types(ctx)).schema('Drone')).toBeUndefined();
  expect((await types(ctx, first.change!)).schema('Drone')?.label).toBe('Drone');
  expect((await types(ctx, first.change!)).schema('Flies')).toBeUndefined();
  await undoChange(ctx, second.change!);
  expect((await types(ctx)).schema('Flies')).toBeUndefined();
});

test('refusals', async () => {
  const ctx = await startTenant(db);
  for (const bad of [
    { name: 'Person' },
    { name: 'no name' },
    { name: 'Drone', extends: ['Unheard'] },
    { name: 'Drone', icon: 'ufo' },
    { name: 'Drone', properties: [{ name: 'x', type: 'colour' }] },
    { name: 'Drone', properties: [{ name: '__proto__' }] },
  ])
    await expect(defineSchema(ctx, bad)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(removeSchema(ctx, { name: 'Drone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const analyst = await joinTenant(ctx);
  await expect(defineSchema(analyst, { name: 'Drone' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
