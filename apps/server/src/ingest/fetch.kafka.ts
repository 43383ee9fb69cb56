/** Messages of many partitions in one request to their broker. What is wrong with one of them is said of that one alone. */
import { protocolErrorsCodesById } from '@platformatic/kafka';
import { BreakerOpen } from '@summit/process/breaker';
import { isOfBrokers, type Kafka, refusals } from '../kafka/client.kafka.ts';
import { type FetchResponse, messagesOf, type Partition } from './batches.kafka.ts';
import type { Fetched, Wanted } from './source.ts';

const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 8 * PARTITION_BYTES;
const OUT_OF_RANGE = 1;

/** What came of a partition; one that does not hold what was asked for `isElsewhere`. */
export type Found = Fetched & { isElsewhere?: boolean };

/** Why a partition was not read. Not the brokers' error itself: that would say that they are gone. */
export class Unread extends Error {
  readonly code = 'INGEST_UNREAD';
  constructor(why: string) {
    super(`Kafka does not give it: ${why}`);
  }
}

export const unread = (asked: Wanted, why: unknown): Found => ({
  ...nothingOf(asked),
  unread: new Unread(wordsOf(why)),
});

/** Of what was tried twice the last words. */
function wordsOf(why: unknown): string {
  if (why instanceof AggregateError && why.errors.length > 0) return wordsOf(why.errors.at(-1));
  return why instanceof Error ? why.message : String(why);
}

const nothingOf = (asked: Wanted): Fetched => ({
  ...asked,
  messages: [],
  next: asked.offset,
  lastEpoch: asked.epoch,
  end: undefined,
});

/** Rejects when the broker does not answer. */
export async function fetchFrom(
  kafka: Kafka,
  node: number,
  wanted: readonly Wanted[],
  maxWaitTime: number,
): Promise<Found[]> {
  let response: FetchResponse;
  try {
    response = await ask(kafka, node, wanted, maxWaitTime);
  } catch (error) {
    if (isOfBrokers(error) || error instanceof BreakerOpen) throw error;
    // It cannot be read, and nobody says because of which partition.
    if (wanted.length === 1) return [unread(wanted[0]!, error)];
    const middle = wanted.length >> 1;
    const left = await fetchFrom(kafka, node, wanted.slice(0, middle), 0);
    return [...left, ...(await fetchFrom(kafka, node, wanted.slice(middle), 0))];
  }
  return response.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap((found) => {
      const asked = wanted.find(
        ({ topic, partition }) => topic.id === topicId && partition === found.partitionIndex,
      );
      return asked ? [readOf(asked, found)] : [];
    }),
  );
}

async function ask(
  kafka: Kafka,
  node: number,
  wanted: readonly Wanted[],
  maxWaitTime: number,
  isAgain = false,
): Promise<FetchResponse> {
  const answer = await kafka.consume((consumer) =>
    consumer
      .fetch({ node, topics: topicsOf(wanted), maxWaitTime, minBytes: 1, maxBytes: FETCH_BYTES })
      .catch((error: unknown) => {
        // An error as soon as one partition is refused, with the answer in it.
        const partly = answerIn(error);
        if (partly) return partly;
        if (isOfSession(error) && !isAgain) return undefined;
        throw error;
      }),
  );
  return answer ?? ask(kafka, node, wanted, maxWaitTime, true);
}

/** After an answer that it could not read, the library and the broker count differently, once. */
const isOfSession = (error: unknown): boolean =>
  refusals(error).some((name) => name.includes('FETCH_SESSION'));

function readOf(asked: Wanted, found: Partition): Found {
  const { errorCode, divergingEpoch } = found;
  if (errorCode === OUT_OF_RANGE || (divergingEpoch?.endOffset ?? -1n) >= 0n)
    return { ...nothingOf(asked), isElsewhere: true };
  if (errorCode !== 0) return unread(asked, protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`);
  try {
    const { messages, next, lastEpoch } = messagesOf(found, asked.offset);
    const end = Number(found.lastStableOffset);
    return { ...asked, messages, next, lastEpoch: lastEpoch ?? asked.epoch, end };
  } catch (error) {
    return unread(asked, error);
  }
}

const topicsOf = (wanted: readonly Wanted[]) =>
  [...Map.groupBy(wanted, ({ topic }) => topic.id)].map(([topicId, some]) => ({
    topicId,
    partitions: some.map(({ partition, offset, epoch = -1 }) => ({
      partition,
      fetchOffset: BigInt(offset),
      currentLeaderEpoch: -1,
      // Where the broker knows another end of what that leader wrote, it says so instead of reading on. The library sets it
      // back before it asks a second time, which is just when the leader may have become another.
      get lastFetchedEpoch() {
        return epoch;
      },
      set lastFetchedEpoch(_) {},
      partitionMaxBytes: PARTITION_BYTES,
    })),
  }));

/** The answer of the last attempt, where it is one about partitions. */
function answerIn(error: unknown): FetchResponse | undefined {
  const { response, errors } = (error ?? {}) as { response?: FetchResponse; errors?: unknown[] };
  if (response && Array.isArray(response.responses)) return response.errorCode === 0 ? response : undefined;
  return Array.isArray(errors) ? answerIn(errors.at(-1)) : undefined;
}
