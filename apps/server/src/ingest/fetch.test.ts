import type { Consumer } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { isOfBrokers, type Kafka } from '../kafka/client.kafka.ts';
import type { FetchResponse, Partition } from './batches.kafka.ts';
import { fetchFrom } from './fetch.kafka.ts';
import { IngestTopics } from './ingest.kafka.ts';
import type { Wanted } from './source.ts';

const topic = (id: string, ...leaders: number[]) => ({ tenant: id, id, leaders });
const wanted = (id: string, partition = 0, leaders = [1]): Wanted => ({
  ...{ topic: topic(id, ...leaders), partition, offset: 0, epoch: undefined },
});

/** A partition with one message, or with what its broker says instead. */
const partition = (partitionIndex: number, text: string, more: Partial<Partition> = {}): Partition => ({
  ...{ partitionIndex, errorCode: 0, highWatermark: 1n, lastStableOffset: 1n, logStartOffset: 0n },
  ...{ abortedTransactions: null, preferredReadReplica: -1 },
  records: [
    {
      ...{ firstOffset: 0n, length: 0, partitionLeaderEpoch: 4, magic: 2, crc: 0, attributes: 0 },
      ...{ lastOffsetDelta: 0, firstTimestamp: 0n, maxTimestamp: 0n },
      ...{ producerId: -1n, producerEpoch: 0, firstSequence: 0 },
      records: [
        {
          ...{ length: 0, attributes: 0, timestampDelta: 0n, offsetDelta: 0, key: null },
          ...{ value: Buffer.from(text), headers: [] },
        },
      ],
    },
  ],
  ...more,
});
const answer = (...found: [string, Partition][]): FetchResponse => ({
  ...{ throttleTimeMs: 0, errorCode: 0, sessionId: 0, nodeEndpoints: [] },
  responses: found.map(([topicId, each]) => ({ topicId, partitions: [each] })),
});
/** As the library says it. */
const refusal = (response: FetchResponse, ...names: string[]) =>
  Object.assign(new Error('Received response with error'), {
    code: 'PLT_KFK_RESPONSE',
    errors: names.map((apiId) => ({ apiId, code: 'PLT_KFK_PROTOCOL' })),
    response,
  });

/** As the library says what it tried twice. */
const twice = (...errors: Error[]) =>
  Object.assign(new AggregateError(errors, 'fetch failed 2 times.'), { code: 'PLT_KFK_MULTIPLE' });

type Asked = Parameters<Consumer['fetch']>[0];
/** Brokers of which one says this or that. */
const brokers = (fetch: (asked: Asked) => Promise<FetchResponse>): Kafka =>
  ({
    settings: { prefix: 'summit', brokers: [] },
    consume: (work: (consumer: { fetch: typeof fetch }) => unknown) => work({ fetch }),
  }) as unknown as Kafka;

const read = (found: Awaited<ReturnType<typeof fetchFrom>>) =>
  found.map(({ topic, messages, unread }) => [
    topic.id,
    messages.map(({ value }) => `${value}`).join() || unread?.message,
  ]);

test('whatever a partition is refused for, the others are read', async () => {
  for (const [code, name] of [
    [6, 'NOT_LEADER_OR_FOLLOWER'],
    [56, 'KAFKA_STORAGE_ERROR'],
    [-1, 'UNKNOWN_SERVER_ERROR'],
  ] as const) {
    const ill = partition(0, '', { errorCode: code, records: null });
    const response = answer(['ill', ill], ['well', partition(0, 'said')]);
    const kafka = brokers(() => Promise.reject(refusal(response, name)));
    const found = await fetchFrom(kafka, 1, [wanted('ill'), wanted('well')], 0);
    expect(read(found)).toEqual([
      ['ill', `Kafka does not give it: ${name}`],
      ['well', 'said'],
    ]);
    // One that is unread says nothing about the brokers.
    expect(isOfBrokers(found[0]!.unread)).toBe(false);
  }
});

test('a second attempt that was answered counts; one that was not, and a request that is refused whole, do not', async () => {
  const response = answer(['well', partition(0, 'said')], ['ill', partition(0, '', { errorCode: 6 })]);
  const stale = refusal({ ...answer(), errorCode: 71 }, 'INVALID_FETCH_SESSION_EPOCH');
  const of = (error: Error) =>
    fetchFrom(
      brokers(() => Promise.reject(error)),
      1,
      [wanted('well'), wanted('ill')],
      0,
    );
  const answered = refusal(response, 'NOT_LEADER_OR_FOLLOWER');
  expect(read(await of(twice(stale, answered)))).toHaveLength(2);
  const lost = Object.assign(new Error('Connection closed'), { code: 'PLT_KFK_NETWORK' });
  await expect(of(twice(answered, lost))).rejects.toThrow('2 times');
  await expect(of(stale)).rejects.toBe(stale);
});

test('a session that broker and library count differently is begun again at once', async () => {
  let asked = 0;
  const kafka = brokers(async () => {
    if (asked++ === 0) throw refusal({ ...answer(), errorCode: 71 }, 'INVALID_FETCH_SESSION_EPOCH');
    return answer(['well', partition(0, 'said')]);
  });
  expect(read(await fetchFrom(kafka, 1, [wanted('well')], 0))).toEqual([['well', 'said']]);
  expect(asked).toBe(2);
});

test('what nobody can read is found among the others and left out', async () => {
  const kafka = brokers(async ({ topics }) => {
    const ill = Object.assign(new Error('incorrect header check'), { code: 'Z_DATA_ERROR' });
    if (topics.some(({ topicId }) => topicId === 'ill')) throw twice(ill, ill);
    return answer(...topics.map(({ topicId }): [string, Partition] => [topicId, partition(0, 'said')]));
  });
  const all = ['a', 'b', 'ill', 'c', 'd'].map((id) => wanted(id));
  expect(read(await fetchFrom(kafka, 1, all, 0))).toEqual([
    ...[['a', 'said'] as const, ['b', 'said'] as const],
    ['ill', 'Kafka does not give it: incorrect header check'],
    ...[['c', 'said'] as const, ['d', 'said'] as const],
  ]);
});

test('a mark of a transaction that is no mark is of its partition alone', async () => {
  const ill = partition(0, '');
  Object.assign(ill.records![0]!, { attributes: 0x30 });
  ill.records![0]!.records[0]!.key = Buffer.from([0]);
  const kafka = brokers(async () => answer(['ill', ill], ['well', partition(0, 'said')]));
  const found = await fetchFrom(kafka, 1, [wanted('ill'), wanted('well')], 0);
  expect(read(found)[1]).toEqual(['well', 'said']);
  expect(found[0]!.unread).toBeInstanceOf(Error);
});

test('the library may not forget under which leader was read', async () => {
  const asked: number[] = [];
  const kafka = brokers(async ({ topics }) => {
    const [of] = topics[0]!.partitions;
    // As before a second attempt.
    of!.lastFetchedEpoch = -1;
    asked.push(of!.lastFetchedEpoch, { ...of! }.lastFetchedEpoch);
    return answer(['a', partition(0, 'said')]);
  });
  const [found] = await fetchFrom(kafka, 1, [{ ...wanted('a'), epoch: 3 }], 0);
  expect(asked).toEqual([3, 3]);
  expect(found!.lastEpoch).toBe(4);
});

test('a broker that is away takes what others lead with it only when all are', async () => {
  const lost = Object.assign(new Error('Connection closed'), { code: 'PLT_KFK_NETWORK' });
  const away = new Set([2]);
  const topics = new IngestTopics(
    brokers(async ({ node }) => {
      if (away.has(node)) throw lost;
      return answer(['a', partition(0, 'said')]);
    }),
  );
  const all = [wanted('a', 0, [1, 2]), wanted('a', 1, [1, 2])];
  const found = await topics.fetch(all, 0);
  expect(read(found)).toEqual([
    ['a', 'said'],
    ['a', 'Kafka does not give it: Connection closed'],
  ]);
  away.add(1);
  await expect(topics.fetch(all, 0)).rejects.toBe(lost);
});
