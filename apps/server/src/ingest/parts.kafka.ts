import type { Config } from '@summit/process/config';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import type { Database } from '../database/database.ts';
import { Kafka, kafkaBreaker, kafkaSettings } from '../kafka/client.kafka.ts';
import { isOfTenant } from '../kafka/ofTenant.kafka.ts';
import { ChangesTopic } from '../projection/projection.kafka.ts';
import { Publisher } from '../projection/publisher.ts';
import { IngestConsumer } from './consumer.ts';
import { boundInflating } from './inflating.kafka.ts';
import { IngestTopics } from './ingest.kafka.ts';

/** What a worker does with Kafka, out and in; nothing where it is not enabled. */
export function kafkaParts(
  config: Config,
  services: { db: Database; log: Logger; positionSecret: Uint8Array },
): Part[] {
  const settings = kafkaSettings(config);
  if (!settings) return [];
  boundInflating();
  // Apart, so that a fetch which waits for messages keeps no change waiting.
  const breaker = kafkaBreaker();
  const out = new Kafka(settings, 'summit-publisher', breaker);
  const into = new Kafka(settings, 'summit-ingest', breaker);
  const changes = new ChangesTopic(out);
  const closing = (kafka: Kafka): Part => ({ run: async () => {}, stop: () => kafka.close() });
  return [
    closing(out),
    closing(into),
    new Publisher({
      ...services,
      send: (tenant, events) => changes.send(tenant, events),
      isOfTenant,
    }),
    new IngestConsumer({ ...services, source: new IngestTopics(into), isOfTenant }),
  ];
}
