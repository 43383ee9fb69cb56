import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { identifier } from '../../apps/server/src/import/identify.ts';
import { TestTopics } from '../../apps/server/src/ingest/testing.kafka.ts';
import { eventText, person } from '../../apps/server/src/ingest/testing.ts';
import { ingestTopic } from '../../apps/server/src/kafka/client.kafka.ts';
import { operate } from '../asking.ts';
import { until } from '../until.ts';
import { factsOf, type World } from '../world.ts';
import { firstOnes, toldOf } from './told.ts';

/** Events that are said at a time, and how often each of them. */
const [EVENTS, COPIES] = [200, 3];

/** Events that a tenant is told by a producer, many times over and in disorder. */
export type Incoming = {
  /** Says the next ones; resolves when the brokers have them. */
  say(): Promise<void>;
  /** Waits until all that was said is taken in. */
  taken(): Promise<void>;
  /** Each of them had one effect: its record came about once, and was never touched again. */
  expectOneEffect(): Promise<void>;
  close(): Promise<void>;
};

export async function startIncoming(world: World, broker: string): Promise<Incoming> {
  const { product, tenant } = world;
  const topics = new TestTopics({ prefix: 'summit', brokers: [broker] });
  const topic = ingestTopic('summit', tenant);
  let said = 0;
  /** A producer that was not answered says it again. */
  const insist = async (work: () => Promise<void>): Promise<void> => {
    for (const deadline = Date.now() + 60_000; ; await delay(250)) {
      try {
        await work();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  };
  await insist(() => topics.make(topic));
  const grant = ['--tenant', tenant, '--dataset', 'crm', '--clearance', 'TLP:GREEN'];
  await product.summit('kafka', 'grant', ...grant);
  return {
    say: async () => {
      const texts = Array.from({ length: EVENTS }, (_, at) =>
        eventText({ data: person(`${said + at}`, `Person ${said + at}`) }),
      );
      const copies = Array.from({ length: COPIES }, () => texts).flat();
      await insist(() =>
        topics.say(
          topic,
          copies.sort(() => Math.random() - 0.5),
        ),
      );
      said += EVENTS;
    },
    taken: () =>
      until('all events are taken in', 150_000, async () => {
        type Standing = { partitions: { next: number }[] };
        const { partitions } = await operate<Standing>(product.env, 'kafka-status', '--tenant', tenant);
        const next = partitions.reduce((sum, each) => sum + each.next, 0);
        return next > 0 && next === (await topics.all(topic)).length;
      }),
    expectOneEffect: async () => {
      expect(await factsOf(world, 'crm')).toMatchObject({ records: said });
      const ids = Array.from({ length: said }, (_, at) => identifier('crm')('record', `${at}`));
      const ours = new Set(ids);
      const effects = firstOnes(await toldOf(world, broker)).filter(({ subject }) => ours.has(subject));
      expect(effects.map(({ type, subject }) => `${type} ${subject}`).sort()).toEqual(
        ids.map((id) => `summit.record.created ${id}`).sort(),
      );
    },
    close: () => topics.close(),
  };
}
