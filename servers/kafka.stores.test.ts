import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Kafka, startKafka } from './kafka.ts';
import { exercise } from './server.suite.ts';

const TOPIC = 'kept';
const LATEST = -1n;

type Way = Pick<ConstructorParameters<typeof Admin>[0], 'tls' | 'sasl'>;

function clientOf({ broker }: Pick<Kafka, 'broker'>, way: Way = {}) {
  const options = { clientId: 'test', bootstrapBrokers: [broker], retries: 3, retryDelay: 300, ...way };
  return {
    put: async (value: string) => {
      const producer = new Producer({ ...options, serializers: stringSerializers, autocreateTopics: false });
      try {
        if (!(await topics()).includes(TOPIC)) await admin((each) => each.createTopics({ topics: [TOPIC] }));
        await producer.send({ messages: [{ topic: TOPIC, key: value, value }], acks: -1 });
      } finally {
        await producer.close();
      }
    },
    values: async () => {
      if (!(await topics()).includes(TOPIC)) return [];
      const partitions = [{ partitionIndex: 0, timestamp: LATEST }];
      const [ends] = await admin((each) => each.listOffsets({ topics: [{ name: TOPIC, partitions }] }));
      const end = Number(ends!.partitions[0]!.offset);
      const values: string[] = [];
      if (end === 0) return values;
      const groupId = `test-${Math.random()}`;
      const consumer = new Consumer({ ...options, groupId, deserializers: stringDeserializers });
      try {
        const stream = await consumer.consume({ topics: [TOPIC], mode: 'earliest', autocommit: false });
        for await (const { value } of stream) if (values.push(value) === end) break;
        return values;
      } finally {
        await consumer.close(true);
      }
    },
  };
  async function admin<Answer>(ask: (each: Admin) => Promise<Answer>): Promise<Answer> {
    const each = new Admin(options);
    try {
      return await ask(each);
    } finally {
      await each.close();
    }
  }
  function topics(): Promise<string[]> {
    return admin((each) => each.listTopics());
  }
}

describe('Kafka', () => exercise(() => startKafka(), clientOf));

describe('with TLS and a login', () => {
  let tls: Certificates;
  let server: Kafka;
  beforeAll(async () => {
    tls = await makeCertificates();
    server = await startKafka({ tls, login: true });
  });
  afterAll(async () => {
    await server?.close();
    await tls?.remove();
  });

  test('the variables say so', () => {
    expect(server.variables()).toEqual({
      KAFKA_ENABLED: 'true',
      KAFKA_BROKERS: server.broker,
      KAFKA_TLS: 'true',
      STORE_CA_PATH: tls.authorityPath,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: server.username,
      KAFKA_SASL_PASSWORD: server.password,
    });
  });

  const sasl = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', password = server.password) => ({
    mechanism,
    username: server.username,
    password,
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)('%s is accepted', async (mechanism) => {
    const client = clientOf(server, { tls: { ca: tls.authority }, sasl: sasl(mechanism) });
    await client.put(mechanism);
    expect(await client.values()).toContain(mechanism);
  });

  test('a wrong password, another authority and plain text are refused', async () => {
    const wrong = clientOf(server, { tls: { ca: tls.authority }, sasl: sasl('SCRAM-SHA-512', 'wrong') });
    await expect(wrong.values()).rejects.toThrow();
    const other = await makeCertificates();
    const stranger = clientOf(server, { tls: { ca: other.authority }, sasl: sasl('PLAIN') });
    await expect(stranger.values()).rejects.toThrow();
    await other.remove();
    await expect(clientOf(server).values()).rejects.toThrow();
  });
});
