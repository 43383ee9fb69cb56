import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { as, seenBy, type View, views, type World, worlds, writeWorld } from '../judgement/worlds.testing.ts';
import { entitiesOf } from './clusters.queries.ts';
import { loadTold, named } from './entity.queries.ts';
import { mergeFacts } from './facts.ts';
import { countLinks, type LinkPlace, listLinks } from './links.queries.ts';

const { db } = await testDatabase();
const RUNS = Number(process.env.FUZZ_RUNS ?? 25);
const FUZZ_MS = 300_000;

/** Entities of a world that is seen whole: the components of its `same` judgements, found by relabelling until it settles. */
function modelClusters(world: World): Map<string, string[]> {
  const name = new Map(world.records.map(({ id }) => [id, id]));
  for (let settled = false; !settled; ) {
    settled = true;
    for (const { left, right, verdict } of world.judgements) {
      if (verdict !== 'same' || name.get(left) === name.get(right)) continue;
      const least = [name.get(left)!, name.get(right)!].sort()[0]!;
      name.set(left, least);
      name.set(right, least);
      settled = false;
    }
  }
  const members = (id: string) =>
    world.records.map((each) => each.id).filter((each) => name.get(each) === name.get(id));
  return new Map(world.records.map(({ id }) => [id, members(id).sort()]));
}

function modelFacts(world: World, entity: readonly string[]): string[] {
  const said = world.records
    .filter(({ id }) => entity.includes(id))
    .flatMap(({ id, props }) =>
      Object.entries(props).flatMap(([property, values]) =>
        values.map((value) => `${property} ${value} ${id}`),
      ),
    );
  return [...new Set(said)].sort();
}

function modelLinks(world: World, entity: readonly string[]): { id: string; key: string }[] {
  const ids = new Set(world.records.map(({ id }) => id));
  return world.links.flatMap(({ id, type, source, target, directed, reference }) => {
    const [out, into] = [entity.includes(source), entity.includes(target)];
    if (out === into || !ids.has(source) || !ids.has(target)) return [];
    return [{ id, key: `${type} ${directed ? (out ? 'OUT' : 'IN') : 'ANY'} ${reference}` }];
  });
}

async function everything(ctx: Context, world: World, at?: number) {
  return read(ctx, at, async (tx) => {
    const found = await entitiesOf(
      tx,
      world.records.map(({ id }) => id),
    );
    const clusters = new Map([...found].map(([id, { recordIds }]) => [id, recordIds]));
    const entities = [...new Set([...clusters.values()].map((ids) => ids.join()))].sort();
    const told = await loadTold(tx, entities);
    for (const { recordIds, name } of await named(tx, [...found.values()])) {
      const { schema, caption } = told.get(recordIds.join())!.summary;
      expect(name).toEqual({ schema, caption });
    }
    const answers = [];
    for (const key of entities) {
      const ids = key.split(',');
      const { ontology, summary, records, refutations } = told.get(key)!;
      const facts = mergeFacts(ontology, summary.schema, records, refutations).map(
        ({ property, value, records: sources, conflicting }) => ({
          property,
          value,
          conflicting,
          sources: sources.map(({ id }) => id),
        }),
      );
      const links: string[] = [];
      for (let after: LinkPlace | undefined; ; ) {
        const page = await listLinks(tx, ids, {}, 2, after);
        links.push(...page.slice(0, 2).map(({ id }) => id));
        if (page.length <= 2) break;
        after = page[1];
      }
      answers.push({ ids, summary, facts, links, counts: await countLinks(tx, ids) });
    }
    return { clusters, answers };
  });
}

async function compare(world: World, seers: View[]): Promise<void> {
  const ctx = await startTenant(db);
  // The same ids in another tenant, where everything is one entity: nothing of it may show.
  const other = await startTenant(db);
  const [first, ...rest] = world.records;
  await writeWorld(ctx, world);
  await writeWorld(other, {
    ...world,
    judgements: rest.map(({ id }) => ({ left: first!.id, right: id, verdict: 'same' as const })),
  });
  for (const view of seers) {
    const seen = seenBy(world, view);
    const { clusters, answers } = await everything(as(ctx, view), world);
    const model = modelClusters(seen);
    expect(Object.fromEntries(clusters)).toEqual(Object.fromEntries(model));
    for (const { ids, facts, links, counts } of answers) {
      const said = facts.flatMap(({ property, value, sources }) =>
        sources.map((id) => `${property} ${value} ${id}`),
      );
      expect(said.sort()).toEqual(modelFacts(seen, ids));
      const expected = modelLinks(seen, ids);
      expect(links.toSorted()).toEqual(expected.map(({ id }) => id).sort());
      const byKey = Map.groupBy(expected, ({ key }) => key);
      expect(
        Object.fromEntries(
          counts.map((each) => [`${each.type} ${each.direction} ${each.reference}`, each.count]),
        ),
      ).toEqual(Object.fromEntries([...byKey].map(([key, group]) => [key, group.length])));
    }
  }
}

describe('an entity', () => {
  test(
    'is what the model says, for any reader of any world',
    async () => {
      await fc.assert(fc.asyncProperty(worlds, fc.array(views, { minLength: 2, maxLength: 3 }), compare), {
        numRuns: RUNS,
      });
    },
    FUZZ_MS,
  );

  test(
    'reads as if what its reader does not see did not exist',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds, views, async (world, view) => {
          const [whole, part] = [await startTenant(db), await startTenant(db)];
          await writeWorld(whole, world);
          await writeWorld(part, seenBy(world, view));
          const [a, b] = [await everything(as(whole, view), world), await everything(as(part, view), world)];
          expect(a).toEqual(b);
        }),
        { numRuns: RUNS },
      );
    },
    FUZZ_MS,
  );

  test(
    'reads as of a moment as if nothing had happened since',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds, worlds, views, async (world, later, view) => {
          const [lived, still] = [await startTenant(db), await startTenant(db)];
          const change = await writeWorld(lived, world);
          await writeWorld(still, world);
          await writeWorld(lived, { ...later, datasets: [] });
          const all = { ...view, clearance: 4 };
          const past = await everything(as(lived, all), world, change);
          expect(past).toEqual(await everything(as(still, all), world));
        }),
        { numRuns: RUNS },
      );
    },
    FUZZ_MS,
  );
});
