import { ProduceAcks } from '@platformatic/kafka';
import { deadTopic, ingestTopic, isAnswer, type Kafka, refusals } from '../projection/client.kafka.ts';
import { makeTopic } from '../projection/topics.kafka.ts';
import { type FetchResponse, messagesOf } from './batches.kafka.ts';
import type { DeadLetter } from './deadLetters.ts';
import type { Message } from './message.ts';

/** A topic that facts come in from. */
export interface Topic {
  tenant: string;
  id: string;
  /** Who leads each partition. */
  leaders: readonly number[];
}

export interface Wanted {
  topic: Topic;
  partition: number;
  offset: number;
}

export interface Fetched extends Wanted {
  messages: Message[];
  /** Where to go on; beyond the last message where there are only marks of transactions. */
  next: number;
  /** Where the partition ends now. */
  end: number;
  /** What the broker says instead: the others were read all the same. */
  refused?: string;
  /** Its first offset that is still there. */
  start: number;
}

const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 8 * PARTITION_BYTES;
/** Topics are looked at again this often: partitions are added, leaders move. */
const LOOK_MS = 10_000;

/** The topics of tenants that take facts in. */
export class IngestTopics {
  readonly #kafka: Kafka;
  readonly #known = new Map<string, { topic: Topic; until: number }>();

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  nameOf(tenant: string): string {
    return ingestTopic(this.#kafka.settings.prefix, tenant);
  }

  /** Made when it is not there, so that producers can be given their right to it. */
  async topicOf(tenant: string): Promise<Topic> {
    const known = this.#known.get(tenant);
    if (known && known.until > performance.now()) return known.topic;
    const name = this.nameOf(tenant);
    const look = () =>
      this.#kafka.administer((admin) => admin.metadata({ topics: [name], forceUpdate: true }));
    const metadata = await look().catch(async (error: unknown) => {
      if (!refusals(error).includes('UNKNOWN_TOPIC_OR_PARTITION')) throw error;
      await makeTopic(this.#kafka, name);
      return look();
    });
    const { id, partitions } = metadata.topics.get(name)!;
    const topic = { tenant, id, leaders: partitions.map(({ leader }) => leader) };
    this.#known.set(tenant, { topic, until: performance.now() + LOOK_MS });
    return topic;
  }

  forget(tenant?: string): void {
    if (tenant === undefined) this.#known.clear();
    else this.#known.delete(tenant);
  }

  /** Waits for messages up to `waitMs`. */
  async fetch(wanted: readonly Wanted[], waitMs: number): Promise<Fetched[]> {
    const byLeader = Map.groupBy(wanted, ({ topic, partition }) => topic.leaders[partition]!);
    const answers = await Promise.all(
      [...byLeader].map(([leader, some]) => this.#fetchFrom(leader, some, waitMs)),
    );
    return answers.flat();
  }

  async #fetchFrom(node: number, wanted: readonly Wanted[], maxWaitTime: number): Promise<Fetched[]> {
    const topics = [...Map.groupBy(wanted, ({ topic }) => topic.id)].map(([topicId, some]) => ({
      topicId,
      partitions: some.map(({ partition, offset }) => ({
        partition,
        fetchOffset: BigInt(offset),
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
        partitionMaxBytes: PARTITION_BYTES,
      })),
    }));
    const response = await this.#kafka
      .consume((consumer) =>
        consumer.fetch({ node, topics, maxWaitTime, minBytes: 1, maxBytes: FETCH_BYTES }),
      )
      .catch((error: unknown) => {
        const partly = responseIn(error);
        if (partly && isAnswer(error)) return partly;
        throw error;
      });
    return response.responses.flatMap(({ topicId, partitions }) =>
      partitions.flatMap((found) => {
        const asked = wanted.find(
          ({ topic, partition }) => topic.id === topicId && partition === found.partitionIndex,
        );
        if (!asked) return [];
        const end = Number(found.lastStableOffset);
        const start = Number(found.logStartOffset);
        if (found.errorCode !== 0)
          return [
            {
              ...asked,
              messages: [],
              next: asked.offset,
              end,
              start,
              refused: codes[found.errorCode] ?? 'REFUSED',
            },
          ];
        return [{ ...asked, ...messagesOf(found, asked.offset), end, start }];
      }),
    );
  }

  /** Resolves when all in-sync replicas have them. */
  async park(tenant: string, letters: readonly DeadLetter[]): Promise<void> {
    const topic = deadTopic(this.#kafka.settings.prefix, tenant);
    await makeTopic(this.#kafka, topic);
    for (const letter of letters) {
      const send = (cut: boolean) =>
        this.#kafka.produce((producer) =>
          producer.send({ acks: ProduceAcks.ALL, messages: [{ topic, ...parked(letter, cut) }] }),
        );
      await send(false).catch((error: unknown) => {
        // With what is said about it, it became larger than a message may be.
        if (!refusals(error).includes('MESSAGE_TOO_LARGE')) throw error;
        return send(true);
      });
    }
  }
}

const CUT_BYTES = 65_536;

/** The message as it came, with what is wrong with it in headers. */
function parked({ key, value, headers, ...letter }: DeadLetter, cut: boolean) {
  const said = {
    'summit-dead-id': `${letter.topic}/${letter.partition}/${letter.offset}`,
    'summit-dead-code': letter.code,
    'summit-dead-reason': letter.reason,
    'summit-dead-partition': String(letter.partition),
    'summit-dead-offset': String(letter.offset),
    ...(cut && { 'summit-dead-cut': String(value?.length ?? 0) }),
  };
  return {
    ...(key && { key }),
    ...(value && { value: cut ? value.subarray(0, CUT_BYTES) : value }),
    headers: new Map([
      ...(cut ? [] : headers).flatMap(([name, text]): [Buffer, Buffer][] =>
        name ? [[name, text ?? Buffer.alloc(0)]] : [],
      ),
      ...Object.entries(said).map(([name, text]): [Buffer, Buffer] => [Buffer.from(name), Buffer.from(text)]),
    ]),
  };
}

/** Names of what a partition may be refused for. */
const codes: Record<number, string> = {
  1: 'OFFSET_OUT_OF_RANGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
};

function responseIn(error: unknown): FetchResponse | undefined {
  const { response, errors } = (error ?? {}) as { response?: FetchResponse; errors?: unknown[] };
  if (response && Array.isArray(response.responses)) return response;
  return Array.isArray(errors) ? errors.map(responseIn).find((found) => found !== undefined) : undefined;
}
