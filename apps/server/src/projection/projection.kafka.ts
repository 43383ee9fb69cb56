import { ProduceAcks } from '@platformatic/kafka';
import { changesTopic, type Kafka, refusals } from '../kafka/client.kafka.ts';
import { makeTopic } from '../kafka/topics.kafka.ts';
import type { ChangeEvent } from './changeEvents.ts';

/** Together in one request: all of them may go to one partition, whose broker takes 1 MiB unless it was told otherwise. */
const REQUEST_MOST = 900_000;
/** What a message takes beside key and value, at most. */
const AROUND = 200;

const headers = new Map([
  [Buffer.from('content-type'), Buffer.from('application/cloudevents+json; charset=UTF-8')],
]);

/** Brings events to a tenant's topic in their order; resolves when all in-sync replicas have them. */
export class ChangesTopic {
  readonly #kafka: Kafka;
  readonly #made = new Set<string>();

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async send(tenant: string, events: readonly ChangeEvent[]): Promise<void> {
    const topic = changesTopic(this.#kafka.settings.prefix, tenant);
    if (!this.#made.has(topic)) {
      await makeTopic(this.#kafka, topic);
      this.#made.add(topic);
    }
    try {
      for (const chunk of chunksOf(events)) await this.#request(topic, chunk);
    } catch (error) {
      // Somebody deleted it: it is made anew with the next attempt.
      if (refusals(error).includes('UNKNOWN_TOPIC_OR_PARTITION')) this.#made.delete(topic);
      throw error;
    }
  }

  async #request(topic: string, events: readonly ChangeEvent[]): Promise<void> {
    try {
      await this.#put(
        topic,
        events.map(({ key, value }) => ({ key, value })),
      );
    } catch (error) {
      if (!refusals(error).some((name) => name === 'MESSAGE_TOO_LARGE' || name === 'RECORD_LIST_TOO_LARGE'))
        throw error;
      if (events.length === 1) {
        const [{ key, slim }] = events as [ChangeEvent];
        await this.#put(topic, [{ key, value: slim() }]);
        return;
      }
      const middle = events.length >> 1;
      await this.#request(topic, events.slice(0, middle));
      await this.#request(topic, events.slice(middle));
    }
  }

  async #put(topic: string, messages: { key: string; value: Buffer }[]): Promise<void> {
    await this.#kafka.produce((producer) =>
      producer.send({
        acks: ProduceAcks.ALL,
        messages: messages.map(({ key, value }) => ({ topic, key: Buffer.from(key), value, headers })),
      }),
    );
  }
}

function* chunksOf(events: readonly ChangeEvent[]): Generator<ChangeEvent[]> {
  let chunk: ChangeEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const more = event.value.length + AROUND;
    if (chunk.length > 0 && bytes + more > REQUEST_MOST) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(event);
    bytes += more;
  }
  if (chunk.length > 0) yield chunk;
}
