import { type Kafka, refusals } from './client.kafka.ts';

/** Makes the topic, with as many partitions and replicas as the brokers give by themselves, unless it is there. */
export async function makeTopic(kafka: Kafka, topic: string): Promise<void> {
  try {
    await kafka.administer((admin) => admin.createTopics({ topics: [topic], partitions: -1, replicas: -1 }));
  } catch (error) {
    const names = refusals(error);
    if (names.includes('TOPIC_ALREADY_EXISTS')) return;
    // Who may not make topics may still write to one that an administrator made.
    if (names.some((name) => name.endsWith('_AUTHORIZATION_FAILED')) && (await isThere(kafka, topic))) return;
    throw error;
  }
}

async function isThere(kafka: Kafka, topic: string): Promise<boolean> {
  const found = await kafka
    .administer((admin) => admin.metadata({ topics: [topic], forceUpdate: true }))
    .catch((error: unknown) => {
      if (refusals(error).includes('UNKNOWN_TOPIC_OR_PARTITION')) return undefined;
      throw error;
    });
  return found !== undefined;
}
