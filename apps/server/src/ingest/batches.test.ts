import { expect, test } from 'vitest';
import { messagesOf } from './batches.kafka.ts';

type Partition = Parameters<typeof messagesOf>[0];
type Batch = NonNullable<Partition['records']>[number];

const record = (offsetDelta: number, text: string, key: Buffer | null = null) => ({
  length: 0,
  attributes: 0,
  timestampDelta: 0n,
  offsetDelta,
  key,
  value: Buffer.from(text),
  headers: [],
});
const batch = (first: number, texts: string[], more: Partial<Batch> = {}): Batch => ({
  firstOffset: BigInt(first),
  length: 0,
  partitionLeaderEpoch: 0,
  magic: 2,
  crc: 0,
  attributes: 0,
  lastOffsetDelta: texts.length - 1,
  firstTimestamp: 0n,
  maxTimestamp: 0n,
  producerId: -1n,
  producerEpoch: 0,
  firstSequence: 0,
  records: texts.map((text, delta) => record(delta, text)),
  ...more,
});
const of = (producerId: bigint) => ({ producerId, attributes: 0x10 });
const mark = (first: number, producerId: bigint, type: 'abort' | 'commit') =>
  batch(first, [''], {
    producerId,
    attributes: 0x30,
    records: [record(0, '', Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]))],
  });
const partition = (
  records: Batch[],
  abortedTransactions: Partition['abortedTransactions'] = null,
): Partition => ({
  partitionIndex: 2,
  errorCode: 0,
  highWatermark: 0n,
  lastStableOffset: 0n,
  logStartOffset: 0n,
  abortedTransactions,
  preferredReadReplica: -1,
  records,
});
const read = (found: Partition, offset = 0) => {
  const { messages, next } = messagesOf(found, offset);
  return [messages.map((message) => `${message.offset} ${message.value}`), next];
};

test('a batch that begins before what was asked for is read from there', () => {
  expect(read(partition([batch(10, ['a', 'b', 'c'])]), 11)).toEqual([['11 b', '12 c'], 13]);
  expect(read(partition([]), 11)).toEqual([[], 11]);
});

test('of transactions only what their producer stood by is read, marks never', () => {
  const found = partition(
    [
      batch(0, ['first'], of(1n)),
      batch(1, ['gone'], of(2n)),
      batch(2, ['plain']),
      batch(3, ['gone too'], of(2n)),
      mark(4, 2n, 'abort'),
      mark(5, 1n, 'commit'),
      batch(6, ['next'], of(2n)),
      mark(7, 2n, 'commit'),
    ],
    [{ producerId: 2n, firstOffset: 1n }],
  );
  expect(read(found)).toEqual([['0 first', '2 plain', '6 next'], 8]);
});
