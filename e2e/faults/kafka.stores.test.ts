import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { HELD_BACK } from '../../apps/server/src/database/watch.ts';
import { identifier } from '../../apps/server/src/import/identify.ts';
import { TestTopics } from '../../apps/server/src/ingest/testing.kafka.ts';
import { eventText, person } from '../../apps/server/src/ingest/testing.ts';
import { ingestTopic } from '../../apps/server/src/kafka/client.kafka.ts';
import type { Kafka } from '../../servers/kafka.ts';
import type { Postgres } from '../../servers/postgres.ts';
import { asking, operate } from '../asking.ts';
import { until } from '../until.ts';
import { factsOf } from '../world.ts';
import { longTest, some } from './length.ts';
import { logOf, metricOf } from './processes.ts';
import { openStage, type Stage } from './stage.ts';
import { expectTold, toldOf } from './told.ts';

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

test('killed while changes are told: nothing waits for it, and all are told after its return', async () => {
  const round = await stage.begin('Kafka killed');
  await kafka.kill();
  await round.edits(6);
  for (const kind of ['page', 'search', 'neighbours'] as const) await round.answers(kind, 2);
  expect((await stage.health('/health/detailed')).body.services).toMatchObject({ postgres: 'healthy' });
  await kafka.start();
  await expectTold(round.world, kafka.broker, await round.end());
});

test.each(some([], ['torn', 'frozen', 'half-open', 'dropped'] as const))('%s', async (fault) => {
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
  await expectTold(round.world, kafka.broker, await round.end());
});

longTest(
  'a session sits in a transaction: it is named, the stream waits, and when it is ended nothing was skipped',
  async () => {
    const round = await stage.begin('Held back');
    const { ownerUrl } = stage.servers.postgres as Postgres;
    const holder = new pg.Client({ connectionString: ownerUrl, application_name: 'forgetful' });
    holder.on('error', () => {});
    await holder.connect();
    await holder.query('begin');
    const { rows } = await holder.query<{ pid: number }>(
      'select pg_current_xact_id(), pg_backend_pid() as pid',
    );
    const { pid } = rows[0]!;
    const before = round.done.length;
    await until('it is told', 60_000, () =>
      logOf(stage.product, 'server').some((line) => line.message === HELD_BACK && line.pid === pid),
    );
    const line = logOf(stage.product, 'server').findLast(({ message }) => message === HELD_BACK)!;
    expect(line).toMatchObject({ application: 'forgetful', login: 'summit_owner' });
    expect(line.seconds).toBeGreaterThan(30);
    const age = () => metricOf(stage.product, 'server', 'summit_horizon_age_seconds');
    expect(await age()).toBeGreaterThan(30);
    // Nobody who works notices; what they do waits to be told.
    await round.answers('page', 2);
    const waiting = round.done.slice(before + 2).map(({ change }) => change);
    expect(waiting.length).toBeGreaterThan(20);
    const told = new Set((await toldOf(round.world, kafka.broker)).map(({ position }) => position));
    expect(waiting.filter((change) => told.has(change))).toEqual([]);

    // As docs/operations.md says.
    const operator = new pg.Client({ connectionString: ownerUrl });
    await operator.connect();
    await operator.query('select pg_terminate_backend($1)', [pid]);
    await operator.end();
    await until('the horizon moves', 30_000, async () => ((await age()) ?? 0) < 10);
    await expectTold(round.world, kafka.broker, await round.end());
  },
);

type Standing = {
  partitions: { next: number; end: number | null }[];
  dead: { code: string; messages: number }[];
};

test('events come many times over, in disorder, with poison among them, from the beginning again: each has one effect', async () => {
  const round = await stage.begin('Events');
  const { world } = round;
  const { summit, env, api } = stage.product;
  const [KEYS, EVENTS, COPIES] = [200, 2_000, 10];
  const nameOf = (at: number) => `Person ${at % KEYS} at ${at}`;
  const events = Array.from({ length: EVENTS }, (_, at) =>
    eventText({ at, data: person(`${at % KEYS}`, nameOf(at)) }),
  );
  const poison = ['{', '{"specversion":"1.0"}', eventText({ data: person('x', 'X', { dataset: 'hr' }) })];
  const sent = Array.from({ length: COPIES }, () => events)
    .flat()
    .sort(() => Math.random() - 0.5);
  for (const [place, text] of poison.entries()) sent.splice(place * 5_000 + 700, 0, text);
  const topics = new TestTopics({ prefix: 'summit', brokers: [kafka.broker] });
  const standing = () => operate<Standing>(env, 'kafka-status', '--tenant', world.tenant);
  const taken = async () => (await standing()).partitions.reduce((sum, { next }) => sum + next, 0);
  const topic = ingestTopic('summit', world.tenant);
  try {
    await topics.make(topic);
    await topics.say(topic, sent);
    const grant = ['--tenant', world.tenant, '--dataset', 'crm', '--clearance', 'TLP:GREEN'];
    await summit('kafka', 'grant', ...grant);
    await until('that they wait is told', 60_000, () =>
      logOf(stage.product, 'worker').some(({ message }) => message === 'events wait to be taken in'),
    );
    await kafka.kill();
    await round.edits(4);
    await kafka.start();
    await until('all are taken in', 150_000, async () => (await taken()) === sent.length);
    const facts = await factsOf(world, 'crm');
    const query = asking(api, world.ann.token);
    for (let key = 0; key < KEYS; key += 5) {
      const id = identifier('crm')('record', `${key}`);
      const { entity } = await query('query($id: ID!) { entity(id: $id) { caption } }', { id });
      expect(entity).toEqual({ caption: nameOf(EVENTS - KEYS + key) });
    }
    const dead = { NOT_AN_EVENT: 2, DATASET_NOT_GRANTED: 1 };
    const parked = async () =>
      Object.fromEntries((await standing()).dead.map(({ code, messages }) => [code, messages]));
    expect(await parked()).toEqual(dead);

    await summit('kafka', 'replay', '--tenant', world.tenant);
    await until('it begins again', 60_000, async () => (await taken()) < sent.length);
    await until('all are taken in once more', 150_000, async () => (await taken()) === sent.length);
    expect(await factsOf(world, 'crm')).toEqual(facts);
    expect(await parked()).toEqual(dead);
  } finally {
    await topics.close();
  }
  await expectTold(world, kafka.broker, await round.end());
}, 600_000);
