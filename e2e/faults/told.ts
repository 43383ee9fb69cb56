import { expect } from 'vitest';
import { decodePosition } from '../../apps/server/src/change/position.ts';
import { TestTopics } from '../../apps/server/src/ingest/testing.kafka.ts';
import { changesTopic, refusals } from '../../apps/server/src/kafka/client.kafka.ts';
import type { Acknowledged } from '../mixedLoad.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

export type Told = {
  key: string;
  id: string;
  source: string;
  type: string;
  subject: string;
  position: string;
};

/** All that stands in a tenant's topic just now, in its order. */
export async function toldOf({ tenant }: World, broker: string): Promise<Told[]> {
  const topics = new TestTopics({ prefix: 'summit', brokers: [broker] });
  try {
    const messages = await topics.all(changesTopic('summit', tenant)).catch((error: unknown) => {
      // Nothing was told yet.
      if (refusals(error).includes('UNKNOWN_TOPIC_OR_PARTITION')) return [];
      throw error;
    });
    return messages.map(({ key, value }) => ({ ...JSON.parse(String(value)), key: String(key) }) as Told);
  } finally {
    await topics.close();
  }
}

/** What was told, each event where it came first: as whoever forgets those that it had reads it. */
export function firstOnes(told: readonly Told[]): Told[] {
  const known = new Set<string>();
  return told.filter(({ source, id }) => {
    const name = `${source} ${id}`;
    return !known.has(name) && known.add(name);
  });
}

/**
 * Each acknowledged edit that writes a row is told, and told once for whoever forgets what it had; the events of a row stand in the
 * order of its changes; nothing of another tenant is among them.
 */
export async function expectTold(world: World, broker: string, done: Acknowledged[]): Promise<void> {
  const kinds: Partial<Record<Acknowledged['act'], string>> = {
    judge: 'summit.judgement.created',
    createEntity: 'summit.record.created',
  };
  const edits = done.filter(({ act }) => kinds[act]);
  const missing = (events: Told[]) => {
    const told = new Set(events.map(({ type, position }) => `${type} ${position}`));
    return edits.filter(({ act, change }) => !told.has(`${kinds[act]} ${change}`));
  };
  await until('everything is told', 60_000, async () => missing(await toldOf(world, broker)).length === 0);
  const events = await toldOf(world, broker);
  const distinct = firstOnes(events);
  const positions = new Set(edits.map(({ change }) => change));
  const ours = distinct.filter(
    ({ type, position }) => positions.has(position) && Object.values(kinds).includes(type),
  );
  expect(ours).toHaveLength(edits.length);
  const tenant = `urn:summit:tenant:${world.tenant}`;
  expect(events.filter(({ source, key, subject }) => source !== tenant || key !== subject)).toEqual([]);
  const secret = Buffer.from(world.product.env.ENCRYPTION_KEY!, 'hex');
  const latest = new Map<string, number>();
  const late = distinct.filter(({ key, position }) => {
    const change = decodePosition(secret, world.tenant, position);
    const isLate = change < (latest.get(key) ?? 0);
    latest.set(key, change);
    return isLate;
  });
  expect(late).toEqual([]);
  console.log(`${events.length} events, ${events.length - distinct.length} of them told twice`);
}
