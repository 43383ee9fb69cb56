import type { Consumer } from '@platformatic/kafka';
import type { Message } from './message.ts';

export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;
export type Partition = FetchResponse['responses'][number]['partitions'][number];

const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Of a mark at the end of a transaction: it was taken back. */
const ABORT = 0;

/**
 * Messages from `offset` on, without those of transactions that their producer took back, where to go on, and under which
 * leader what stands before that was written.
 */
export function messagesOf(
  { partitionIndex: partition, records, abortedTransactions }: Partition,
  offset: number,
): { messages: Message[]; next: number; lastEpoch: number | undefined } {
  const messages: Message[] = [];
  const aborted = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const takingBack = new Set<bigint>();
  let next = offset;
  let lastEpoch: number | undefined;
  for (const batch of records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (aborted.length > 0 && aborted[0]!.firstOffset <= last) takingBack.add(aborted.shift()!.producerId);
    next = Math.max(next, Number(last) + 1);
    const { partitionLeaderEpoch: epoch } = batch;
    lastEpoch = epoch;
    if (batch.attributes & CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) takingBack.delete(batch.producerId);
      continue;
    }
    if (batch.attributes & TRANSACTIONAL && takingBack.has(batch.producerId)) continue;
    for (const { offsetDelta, key, value, headers } of batch.records) {
      const place = Number(batch.firstOffset) + offsetDelta;
      // A batch is sent whole, from before the offset that was asked for.
      if (place >= offset) messages.push({ partition, offset: place, epoch, key, value, headers });
    }
  }
  return { messages, next, lastEpoch };
}
