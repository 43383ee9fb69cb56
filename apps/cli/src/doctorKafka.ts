import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Config } from '@summit/process/config';
import { brokerAddress } from '@summit/process/kafkaProblems';
import type { Finding } from './doctor.ts';

const about = 'Kafka';
const WAIT_MS = 2_000;
/** ApiVersions, which is answered before any login: length, key 18, version 0, correlation 1, no client id. */
const API_VERSIONS = Buffer.from('0000000a' + '0012' + '0000' + '00000001' + 'ffff', 'hex');

/** Looks whether each broker, where Kafka is enabled, answers in the way that is set. */
export async function kafkaFindings(config: Config): Promise<Finding[]> {
  if (!config.KAFKA_ENABLED) return [];
  const ca = config.STORE_CA_PATH ? await readFile(config.STORE_CA_PATH).catch(() => undefined) : undefined;
  const found = await Promise.all(
    (config.KAFKA_BROKERS ?? []).map(async (broker) => {
      const problem = await problemOf(broker, config.KAFKA_TLS, ca);
      return problem === undefined ? [] : [findingOf(broker, problem)];
    }),
  );
  return found.flat();
}

/** A code, or undefined when it answers. */
function problemOf(broker: string, tls: boolean, ca: Buffer | undefined): Promise<string | undefined> {
  const address = brokerAddress(broker);
  if (!address) return Promise.resolve('ENOTFOUND');
  const [host, { port }] = [address.host.replace(/[[\]]/g, ''), address];
  return new Promise((done) => {
    const socket = tls ? connectTls({ host, port, ...(ca && { ca }) }) : connect({ host, port });
    const end = (code: string | undefined) => {
      socket.destroy();
      done(code);
    };
    socket.setTimeout(WAIT_MS, () => end('TIMEOUT'));
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(API_VERSIONS));
    // A broker that is spoken to the wrong way hangs up, or says something that is no answer.
    socket.once('data', (bytes: Buffer) =>
      end(bytes.length > 8 && bytes.readInt32BE(4) === 1 ? undefined : 'NO_KAFKA'),
    );
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'FAILED'));
    socket.once('close', () => end('NO_KAFKA'));
  });
}

function findingOf(broker: string, code: string): Finding {
  if (code === 'NO_KAFKA')
    return {
      about,
      problem: `${broker} does not speak as KAFKA_TLS says.`,
      mend: 'Set KAFKA_TLS as that listener of the broker is, or name another port in KAFKA_BROKERS.',
    };
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(code))
    return {
      about,
      problem: `The certificate of ${broker} is not trusted (${code}).`,
      mend: 'Name the certificate of its authority in STORE_CA_PATH, and the broker by the name in its certificate.',
    };
  return {
    about,
    problem: `${broker} does not answer (${code}).`,
    mend: 'Start it, or correct KAFKA_BROKERS; until then changes wait to be published, and nothing else.',
  };
}
