import { ProduceAcks } from '@platformatic/kafka';
import { deadTopic, ingestTopic, type Kafka, refusals } from '../kafka/client.kafka.ts';
import { makeTopic } from '../kafka/topics.kafka.ts';
import type { DeadLetter } from './deadLetters.ts';
import { type Found, fetchFrom, unread } from './fetch.kafka.ts';
import type { Fetched, Source, Topic, Wanted } from './source.ts';

/** Topics are looked at again this often: partitions are added, leaders move. */
const LOOK_MS = 10_000;
/** Where a partition begins, in the words of Kafka. */
const EARLIEST = -2n;

/** The topics of tenants that take facts in. */
export class IngestTopics implements Source {
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

  async fetch(wanted: readonly Wanted[], waitMs: number): Promise<Fetched[]> {
    const byLeader = [...Map.groupBy(wanted, ({ topic, partition }) => topic.leaders[partition]!)];
    const answers = await Promise.allSettled(
      byLeader.map(([leader, some]) => fetchFrom(this.#kafka, leader, some, waitMs)),
    );
    const silent = answers.filter((answer) => answer.status === 'rejected');
    if (silent.length === answers.length) throw silent[0]?.reason;
    const found = answers.flatMap((answer, at): Found[] =>
      answer.status === 'fulfilled'
        ? answer.value
        : byLeader[at]![1].map((asked) => unread(asked, answer.reason)),
    );
    return Promise.all(
      found.map(async ({ isElsewhere, ...each }) => (isElsewhere ? await this.#standing(each) : each)),
    );
  }

  /** The partition does not hold what was asked for. With its refusal the broker does not say where it begins. */
  async #standing(asked: Fetched): Promise<Fetched> {
    const name = this.nameOf(asked.topic.tenant);
    const partitions = [{ partitionIndex: asked.partition, timestamp: EARLIEST }];
    try {
      const [topic] = await this.#kafka.administer((admin) =>
        admin.listOffsets({ topics: [{ name, partitions }] }),
      );
      const start = Number(topic!.partitions[0]!.offset);
      return { ...asked, lost: { start, isCut: asked.offset >= start } };
    } catch (error) {
      return unread(asked, error);
    }
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
    'summit-dead-id': `${letter.topic}/${letter.partition}/${letter.offset}/${letter.digest.slice(0, 16)}`,
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
