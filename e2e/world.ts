import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { decodePosition } from '../apps/server/src/change/position.ts';
import { addPerson, ask, asking, foundTenant, operate, type Person, startImport } from './asking.ts';
import { type Acknowledged, acknowledge, createCase, peopleFile, work } from './mixedLoad.ts';
import type { Product } from './product.ts';

export type File = { name: string; body: string | Uint8Array<ArrayBuffer> };
export type Fate = { state: string; result: Record<string, unknown> | null; progress: { rows: number } };

/** A tenant whose two owners work in one case, where every acknowledged edit can be found again. */
export type World = { product: Product; tenant: string; ann: Person; ben: Person; case: string };

/** Founds a tenant with people to judge, and a case. */
export async function openWorld(product: Product, name: string): Promise<World> {
  const tenant = await foundTenant(product.env, name);
  const [ann, ben] = await Promise.all([
    addPerson(product.env, tenant, 'Ann', '--role', 'owner'),
    addPerson(product.env, tenant, 'Ben', '--role', 'owner'),
  ]);
  const world = { product, tenant, ann, ben, case: '' };
  await bringIn(world, { name: 'people.ftm.ndjson', body: peopleFile }, 'people');
  return { ...world, case: await createCase(product.api, ann) };
}

/** Imports a FollowTheMoney file and waits until it is done. */
export async function bringIn(world: World, file: File, dataset: string): Promise<Fate> {
  const { product, ann } = world;
  const id = await startImport(product.api, ann.token, file, { dataset, format: 'ftm' });
  return becomes(world, id, 'DONE');
}

/** Where an import stands; undefined when nobody can say just now. */
export async function fateOf({ product, ann }: World, id: string): Promise<Fate | undefined> {
  const document = 'query($id: ID!) { import(id: $id) { state result progress { rows } } }';
  const answer = await ask<{ import: Fate }>(product.api, ann.token, document, { id }).catch(
    // fetch says so of a connection that breaks; anything else is ours.
    (error: unknown) => {
      if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
      throw error;
    },
  );
  const unexpected = answer?.errors.filter(
    ({ extensions }) => !/UNAVAILABLE|TIMEOUT|BUSY/.test(extensions.code),
  );
  if (unexpected?.length) throw new Error(JSON.stringify(unexpected));
  return answer?.data?.import;
}

/** Waits until an import is in a state. */
export async function becomes(world: World, id: string, state: string, withinMs = 120_000): Promise<Fate> {
  for (const deadline = Date.now() + withinMs; ; await delay(100)) {
    const now = await fateOf(world, id);
    if (now?.state === state) return now;
    if (now?.state === 'FAILED' || Date.now() > deadline)
      throw new Error(`the import is not ${state}: ${JSON.stringify(now)}`);
  }
}

/** The digest of what a tenant holds. */
export const digestOf = ({ product, tenant }: World, ...words: string[]) =>
  operate<Record<string, unknown>>(product.env, 'digest', '--tenant', tenant, ...words);

/** The facts of one dataset, without what two tenants cannot share. */
export async function factsOf(world: World, dataset: string): Promise<Record<string, unknown>> {
  const { position: _, workspace: __, ...rest } = await digestOf(world, '--dataset', dataset);
  return rest;
}

/** Two people at work until they are told to stop. */
export type Work = {
  /** Edits that were acknowledged so far. */
  readonly done: Acknowledged[];
  stop(): Promise<Acknowledged[]>;
};

export function startWork(world: World): Work {
  const { product, ann, ben } = world;
  const done: Acknowledged[] = [];
  let goesOn = true;
  const note = (each: Acknowledged) => void done.push(each);
  const people = [ann, ben].map((person, half) =>
    work(product.api, person, half as 0 | 1, world.case, () => goesOn, note),
  );
  const working = Promise.all(people);
  // A failure is met at the end; until then it must not end the process.
  working.catch(() => {});
  return {
    done,
    stop: async () => {
      goesOn = false;
      await working;
      return done;
    },
  };
}

type Edge<Node> = { edges: { node: Node }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };

/** Nothing acknowledged is lost and nothing is doubled: each edit is there once. */
export async function expectEachOnce(world: World, done: Acknowledged[]): Promise<void> {
  const query = asking(world.product.api, world.ann.token);
  type Item = { entityId: string; entity: { caption: string } };
  type Case = { investigation: { notes: { id: string; text: string }[]; items: Edge<Item> } };
  const items = new Map<string, string>();
  let notes: Case['investigation']['notes'] = [];
  for (let after: string | null = null; ; ) {
    const document = `query($id: ID!, $after: String) { investigation(id: $id) {
      notes { id text }
      items(first: 200, after: $after) { edges { node { entityId entity { caption } } } pageInfo { hasNextPage endCursor } } } }`;
    const { investigation }: Case = await query<Case>(document, { id: world.case, after });
    notes = investigation.notes;
    for (const { node } of investigation.items.edges) items.set(node.entityId, node.entity.caption);
    if (!investigation.items.pageInfo.hasNextPage) break;
    after = investigation.items.pageInfo.endCursor;
  }
  const of = (act: string) =>
    done
      .filter((each) => each.act === act)
      .map(({ id, label }) => `${id} ${label}`)
      .sort();
  expect(notes.map(({ id, text }) => `${id} ${text}`).sort()).toEqual(of('writeNote'));
  expect([...items].map(([id, caption]) => `${id} ${caption}`).sort()).toEqual(of('createEntity'));
  const { judgements } = await factsOf(world, 'people');
  expect(judgements).toBe(of('judge').length);
}

/** Each acknowledged change stands in the log exactly once, no other edit does, and ids strictly increase. */
export async function expectInLog(world: World, done: Acknowledged[]): Promise<void> {
  const { product, tenant, ann } = world;
  const query = asking(product.api, ann.token);
  type Changes = { changes: Edge<{ id: string; action: string }> };
  const found: { id: string; action: string }[] = [];
  for (let after: string | null = null; ; ) {
    const document = `query($after: String) { changes(first: 200, after: $after) {
      edges { node { id action } } pageInfo { hasNextPage endCursor } } }`;
    const { changes }: Changes = await query<Changes>(document, { after });
    found.push(...changes.edges.map(({ node }) => node));
    if (!changes.pageInfo.hasNextPage) break;
    after = changes.pageInfo.endCursor;
  }
  const secret = Buffer.from(product.env.ENCRYPTION_KEY!, 'hex');
  const ids = found.map(({ id }) => decodePosition(secret, tenant, id)).reverse();
  expect(ids.every((id, at) => at === 0 || id > ids[at - 1]!)).toBe(true);

  const acknowledged = done.map(({ change }) => change);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  const edits = new Set(['judgement.recorded', 'note.written', 'entity.created']);
  const made = found.filter(({ action }) => edits.has(action)).map(({ id }) => id);
  expect(made.toSorted()).toEqual(acknowledged.toSorted());
}

/** An edit that is sent once more under its key is answered with the change it made. */
export async function expectRemembered(world: World, done: Acknowledged[]): Promise<void> {
  for (const edit of [...done.slice(-2), ...done.slice(0, 1)]) {
    const { change, id } = edit;
    expect(await again(world, edit)).toMatchObject({ change, id });
  }
}

/** Sends an edit once more under its key, which belongs to whoever made it. */
export const again = ({ product, ann, ben }: World, edit: Acknowledged): Promise<Acknowledged> =>
  acknowledge(product.api, (edit.key.startsWith(ann.name) ? ann : ben).token, edit);
