import { type AddressInfo, createServer, type Socket } from 'node:net';
import { readConfig } from '@summit/process/config';
import { afterEach, expect, test } from 'vitest';
import { kafkaFindings } from './doctorKafka.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Something that listens where a broker is expected. */
async function listening(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
    open.push(() => socket.destroy());
  });
  open.push(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const problems = async (broker: string, more: Record<string, string> = {}) =>
  (await kafkaFindings(readConfig({ KAFKA_ENABLED: 'true', KAFKA_BROKERS: broker, ...more }))).map(
    ({ problem }) => problem,
  );

test('without Kafka nothing is asked; a broker that answers is well', async () => {
  expect(await kafkaFindings(readConfig({ KAFKA_BROKERS: '127.0.0.1:1' }))).toEqual([]);
  const broker = await listening((socket) =>
    socket.write(Buffer.from('0000000c000000010000000000000000', 'hex')),
  );
  expect(await problems(broker)).toEqual([]);
});

test('what is wrong is told by broker', async () => {
  expect(await problems('127.0.0.1:1')).toEqual(['127.0.0.1:1 does not answer (ECONNREFUSED).']);
  const closing = await listening((socket) => socket.end());
  expect(await problems(closing)).toEqual([`${closing} does not speak as KAFKA_TLS says.`]);
  const silent = await listening(() => {});
  expect(await problems(silent)).toEqual([`${silent} does not answer (TIMEOUT).`]);
});
