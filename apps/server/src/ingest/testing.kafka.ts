/** Topics of a real Kafka, for tests: written as producers do, read whole. */
import { setTimeout as delay } from 'node:timers/promises';
import { ProduceAcks, Producer } from '@platformatic/kafka';
import { isAnswer, Kafka, type KafkaSettings, kafkaBreaker } from '../kafka/client.kafka.ts';
import { makeTopic } from '../kafka/topics.kafka.ts';
import { messagesOf } from './batches.kafka.ts';
import type { Message } from './message.ts';

export class TestTopics {
  readonly kafka: Kafka;

  constructor(settings: KafkaSettings) {
    this.kafka = new Kafka(settings, 'summit-test', kafkaBreaker());
  }

  make(topic: string): Promise<void> {
    return makeTopic(this.kafka, topic);
  }

  /** One message each, in their order; of one key they go to one partition. */
  async say(
    topic: string,
    texts: readonly (string | Buffer)[],
    keyOf: (place: number) => string = String,
  ): Promise<void> {
    for (let from = 0; from < texts.length; from += 500)
      await this.#produce((producer) =>
        producer.send({
          acks: ProduceAcks.ALL,
          messages: texts.slice(from, from + 500).map((text, place) => ({
            topic,
            key: Buffer.from(keyOf(from + place)),
            value: Buffer.from(text),
          })),
        }),
      );
  }

  /** One message each into one partition, in their order, packed together. */
  async sayInto(topic: string, partition: number, texts: readonly string[]): Promise<void> {
    await this.#produce((producer) =>
      producer.send({
        acks: ProduceAcks.ALL,
        compression: 'gzip',
        messages: texts.map((text) => ({ topic, partition, value: Buffer.from(text) })),
      }),
    );
  }

  /** Again while a broker that was just started has not taken its partitions up. */
  async #produce(work: (producer: Producer) => Promise<unknown>): Promise<void> {
    for (const deadline = Date.now() + 20_000; ; await delay(200)) {
      try {
        await this.kafka.produce(work);
        return;
      } catch (error) {
        if (!isAnswer(error) || Date.now() > deadline) throw error;
      }
    }
  }

  /** As when the time that a topic keeps its messages for is over. */
  async letGoBefore(topic: string, partition: number, offset: number): Promise<void> {
    const topics = [{ name: topic, partitions: [{ partition, offset: BigInt(offset) }] }];
    await this.kafka.administer((admin) => admin.deleteRecords({ topics }));
  }

  /** In a transaction that is taken back, or comes about. */
  async sayInTransaction(
    topic: string,
    texts: readonly string[],
    outcome: 'commit' | 'abort',
  ): Promise<void> {
    const producer = new Producer({
      clientId: 'summit-test-transactions',
      bootstrapBrokers: [...this.kafka.settings.brokers],
      idempotent: true,
      transactionalId: `test-${Math.random()}`,
    });
    try {
      const transaction = await producer.beginTransaction();
      await transaction.send({
        acks: ProduceAcks.ALL,
        messages: texts.map((text) => ({ topic, key: Buffer.from('t'), value: Buffer.from(text) })),
      });
      await transaction[outcome]();
    } finally {
      await producer.close(true);
    }
  }

  /** Everything that stands in it, partition by partition. */
  async all(topic: string): Promise<Message[]> {
    const { topics } = await this.kafka.administer((admin) =>
      admin.metadata({ topics: [topic], forceUpdate: true }),
    );
    const { id, partitions } = topics.get(topic)!;
    const messages: Message[] = [];
    for (const [partition, { leader }] of partitions.entries()) {
      for (let offset = 0; ; ) {
        const { responses } = await this.kafka.consume((consumer) =>
          consumer.fetch({
            node: leader,
            maxWaitTime: 50,
            topics: [
              {
                topicId: id,
                partitions: [
                  {
                    partition,
                    fetchOffset: BigInt(offset),
                    currentLeaderEpoch: -1,
                    lastFetchedEpoch: -1,
                    partitionMaxBytes: 4e6,
                  },
                ],
              },
            ],
          }),
        );
        const found = responses
          .flatMap((each) => each.partitions)
          .find((each) => each.partitionIndex === partition);
        if (!found) break;
        const { messages: some, next } = messagesOf(found, offset);
        messages.push(...some);
        offset = next;
        if (offset >= Number(found.lastStableOffset)) break;
      }
    }
    return messages;
  }

  close(): Promise<void> {
    return this.kafka.close();
  }
}
