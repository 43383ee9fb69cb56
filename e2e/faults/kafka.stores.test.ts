import { Admin, Consumer, stringDeserializers } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../servers/kafka.ts';
import type { Acknowledged } from '../mixedLoad.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let kafka: Kafka;

beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'kafka'] });
  kafka = stage.servers.kafka as Kafka;
});
afterAll(() => stage?.close());
afterEach(async () => {
  kafka.thaw();
  await stage.network.kafka.heal();
  await kafka.start();
});

type ChangeEvent = { id: string; source: string; type: string; position: string };

/** All that is in a tenant's topic just now. */
async function published({ tenant }: World): Promise<ChangeEvent[]> {
  const topic = `summit.${tenant}.changes`;
  const options = { clientId: 'test', bootstrapBrokers: [kafka.broker], retries: 5 };
  const admin = new Admin(options);
  const consumer = new Consumer({
    ...options,
    groupId: `test-${Math.random()}`,
    deserializers: stringDeserializers,
  });
  try {
    const partitions = [{ partitionIndex: 0, timestamp: -1n }];
    const [ends] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
    const end = Number(ends!.partitions[0]!.offset);
    const events: ChangeEvent[] = [];
    if (end === 0) return events;
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    for await (const { value } of stream) {
      events.push(JSON.parse(value) as ChangeEvent);
      if (events.length === end) break;
    }
    return events;
  } finally {
    await consumer.close(true);
    await admin.close();
  }
}

/** Each acknowledged edit that writes a row is told, and told once for whoever forgets what it had. */
async function expectTold(world: World, done: Acknowledged[]): Promise<void> {
  const kinds: Partial<Record<Acknowledged['act'], string>> = {
    judge: 'summit.judgement.created',
    createEntity: 'summit.record.created',
  };
  const edits = done.filter(({ act }) => kinds[act]);
  const missing = (events: ChangeEvent[]) => {
    const told = new Set(events.map(({ type, position }) => `${type} ${position}`));
    return edits.filter(({ act, change }) => !told.has(`${kinds[act]} ${change}`));
  };
  await until('everything is told', 60_000, async () => missing(await published(world)).length === 0);
  const events = await published(world);
  const distinct = new Map(events.map((event) => [`${event.source} ${event.id}`, event]));
  const positions = new Set(edits.map(({ change }) => change));
  const ours = [...distinct.values()].filter(
    ({ type, position }) => positions.has(position) && Object.values(kinds).includes(type),
  );
  expect(ours).toHaveLength(edits.length);
  expect(events.every(({ source }) => source === `urn:summit:tenant:${world.tenant}`)).toBe(true);
  console.log(`${events.length} events, ${events.length - distinct.size} of them told twice`);
}

test('killed while changes are told: nothing waits for it, and all are told after its return', async () => {
  const round = await stage.begin('Kafka killed');
  await kafka.kill();
  await round.edits(6);
  for (const kind of ['page', 'search', 'neighbours'] as const) await round.answers(kind, 2);
  expect((await stage.health('/health/detailed')).body.services).toMatchObject({ postgres: 'healthy' });
  await kafka.start();
  await expectTold(round.world, await round.end());
});

test.each(['frozen', 'half-open', 'dropped', 'torn'] as const)('%s', async (fault) => {
  const round = await stage.begin(`Kafka ${fault}`);
  if (fault === 'frozen') kafka.freeze();
  if (fault === 'half-open') stage.network.kafka.halfOpen();
  if (fault === 'dropped') stage.network.kafka.drop('toClient');
  for (let n = 0; n < 6; n++) {
    if (fault === 'torn') stage.network.kafka.reset();
    await round.edits(1);
  }
  kafka.thaw();
  await stage.network.kafka.heal();
  await expectTold(round.world, await round.end());
});
