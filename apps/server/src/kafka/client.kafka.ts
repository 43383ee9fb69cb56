/** The clients of one process, and what their errors mean. Docs of the wire: docs/kafka.md. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Admin, Base, type BaseOptions, Consumer, Producer } from '@platformatic/kafka';
import { Breaker } from '@summit/process/breaker';
import type { Config } from '@summit/process/config';

export interface KafkaSettings {
  /** How the names of topics begin. */
  prefix: string;
  brokers: readonly string[];
  tls?: { ca?: Buffer };
  sasl?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string };
}

/** Undefined where Kafka is not enabled. */
export function kafkaSettings(config: Config): KafkaSettings | undefined {
  if (!config.KAFKA_ENABLED) return undefined;
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = config;
  return {
    ...kafkaPlace(config),
    ...(mechanism && { sasl: { mechanism, username, password } }),
  };
}

/** Where the brokers are, for who has no login there: enough to see that they answer. */
export function kafkaPlace(config: Config): Omit<KafkaSettings, 'sasl'> {
  return {
    prefix: config.KAFKA_TOPIC_PREFIX,
    brokers: config.KAFKA_BROKERS ?? [],
    ...(config.KAFKA_TLS && {
      tls: config.STORE_CA_PATH ? { ca: readFileSync(config.STORE_CA_PATH) } : {},
    }),
  };
}

/** Names are told to brokers that answer to several; there are none for addresses. */
const withTls = ({ tls, brokers }: Omit<KafkaSettings, 'sasl'>) =>
  tls && {
    tls,
    tlsServerName: !brokers.some((broker) => isIP(broker.replace(/:\d+$/, '').replace(/[[\]]/g, ''))),
  };

/**
 * The library's own bounds do not hold for every fault, so each call has one of ours. With the pauses between calls it keeps
 * within 10 s of the brokers' return, over a line that went dead too.
 */
const CALL_MS = 8_000;
const CONNECT_MS = 3_000;
/** Every 100 ms: a topic that was just made has a leader by then. */
const PRODUCE_AGAIN = 3;
/** Health gives up a little later. */
const CHECK_MS = 140;

export class KafkaSilent extends Error {
  readonly code = 'KAFKA_TIMEOUT';
  constructor() {
    super('Kafka did not answer in time');
  }
}

/** Clients that are made when they are first needed, and anew after a failure: none is asked again that may be stuck. */
export class Kafka {
  readonly settings: KafkaSettings;
  readonly #id: string;
  readonly #breaker: Breaker;
  #producer: Producer | undefined;
  #consumer: Consumer | undefined;
  #admin: Admin | undefined;
  readonly #asked = new Set<Promise<unknown>>();

  constructor(settings: KafkaSettings, id: string, breaker: Breaker = kafkaBreaker()) {
    this.settings = settings;
    this.#id = id;
    this.#breaker = breaker;
  }

  get #options(): BaseOptions {
    const { brokers, sasl } = this.settings;
    return {
      clientId: this.#id,
      bootstrapBrokers: [...brokers],
      connectTimeout: CONNECT_MS,
      timeout: CALL_MS - CONNECT_MS,
      retries: 1,
      retryDelay: 100,
      ...withTls(this.settings),
      ...(sasl && { sasl }),
    };
  }

  produce<T>(work: (producer: Producer) => Promise<T>): Promise<T> {
    // Idempotent: else what is tried again could overtake what was sent after it. So the library tries for ever where it is told to
    // try again once or not at all, and nobody hears what the brokers answered.
    return this.#call(() => {
      this.#producer ??= new Producer({ ...this.#options, idempotent: true, retries: PRODUCE_AGAIN });
      return work(this.#producer);
    });
  }

  consume<T>(work: (consumer: Consumer) => Promise<T>): Promise<T> {
    // The group is a name only: nobody joins it, offsets stand in Postgres.
    return this.#call(() => {
      this.#consumer ??= new Consumer({ ...this.#options, groupId: this.#id });
      return work(this.#consumer);
    });
  }

  administer<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return this.#call(() => {
      this.#admin ??= new Admin(this.#options);
      return work(this.#admin);
    });
  }

  #call<T>(ask: () => Promise<T>): Promise<T> {
    return this.#breaker.run(async () => {
      const asked = within(CALL_MS, ask());
      this.#asked.add(asked);
      try {
        return await asked;
      } catch (error) {
        // Other brokers may be about to answer what they were asked beside it.
        if (!isAnswer(error)) void this.#letGo([...this.#asked].filter((each) => each !== asked));
        throw error;
      } finally {
        this.#asked.delete(asked);
      }
    });
  }

  /** Nobody asks them from now on. Resolves when they are closed, which they are after `answers` came. */
  async #letGo(answers: readonly Promise<unknown>[] = []): Promise<void> {
    const [producer, consumer, admin] = [this.#producer, this.#consumer, this.#admin];
    this.#producer = this.#consumer = this.#admin = undefined;
    await Promise.allSettled(answers);
    await Promise.allSettled([producer?.close(true), consumer?.close(true), admin?.close()]);
  }

  async close(): Promise<void> {
    await within(1_000, this.#letGo()).catch(() => {});
  }
}

/** One for all clients of a process. */
export const kafkaBreaker = (): Breaker =>
  new Breaker({
    name: 'kafka',
    failures: 3,
    mostOpenMs: 2_000,
    probeMs: CALL_MS,
    counts: (error) => isOfBrokers(error) && !isAnswer(error),
  });

/** Rejects with KafkaSilent when there is no answer within `ms`. */
async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new KafkaSilent()), ms);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names that brokers give to what they refuse, wherever in a failure of several parts they stand. */
export function refusals(error: unknown): string[] {
  const { apiId, errors, cause, message } = (error ?? {}) as {
    apiId?: unknown;
    errors?: unknown;
    cause?: unknown;
    message?: unknown;
  };
  return [
    ...(typeof apiId === 'string' ? [apiId] : []),
    ...(typeof message === 'string' && message.startsWith('Unknown topic')
      ? ['UNKNOWN_TOPIC_OR_PARTITION']
      : []),
    ...(Array.isArray(errors) ? errors.flatMap(refusals) : []),
    ...(cause ? refusals(cause) : []),
  ];
}

const OF_A_TOPIC = new Set([
  // Brokers of its partitions are away while others answer.
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'INVALID_REPLICATION_FACTOR',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'OFFSET_OUT_OF_RANGE',
  'TOPIC_ALREADY_EXISTS',
]);

/** Whether it says something about one topic: the brokers work, and other tenants' topics too. */
export const isAnswer = (error: unknown): boolean => {
  const names = refusals(error);
  return names.length > 0 && names.every((name) => OF_A_TOPIC.has(name)) && !isSilence(error);
};

/** ECONNREFUSED and its like, which are the machine's own; ERR_ and Z_ are of who reads. */
const isOfTheWay = (error: unknown): boolean =>
  /^E(?!RR_)[A-Z_]+$/.test(String((error as { code?: unknown } | null)?.code));

/** Whether some attempt or part of it found nobody, whatever the others were answered. */
function isSilence(error: unknown): boolean {
  const { code, errors, cause } = (error ?? {}) as { code?: unknown; errors?: unknown; cause?: unknown };
  if (code === 'PLT_KFK_NETWORK' || code === 'PLT_KFK_TIMEOUT' || isOfTheWay(error)) return true;
  return [...(Array.isArray(errors) ? errors : []), ...(cause ? [cause] : [])].some(isSilence);
}

/** What the library says when it cannot read what a broker sent. */
const UNREADABLE = new Set([
  'PLT_KFK_OUT_OF_BOUNDS',
  'PLT_KFK_UNSUPPORTED_COMPRESSION',
  'PLT_KFK_UNSUPPORTED_FORMAT',
]);

/** Whether it comes from the brokers or the way to them, wherever in a failure of several parts that stands. */
export function isOfBrokers(error: unknown): boolean {
  if (error instanceof KafkaSilent) return true;
  const { code, errors, cause } = (error ?? {}) as { code?: unknown; errors?: unknown; cause?: unknown };
  // What the library tried twice says only that it was tried twice.
  if (code === 'PLT_KFK_MULTIPLE' && Array.isArray(errors) && errors.length > 0)
    return errors.some((each) => isOfBrokers(each) || isOfTheWay(each));
  if (typeof code === 'string' && code.startsWith('PLT_KFK_')) return !UNREADABLE.has(code);
  return [...(Array.isArray(errors) ? errors : []), ...(cause ? [cause] : [])].some(isOfBrokers);
}

/** The check of health: some broker says what it speaks, which it says before any login. Many at once ask once. */
export function brokerCheck(place: Omit<KafkaSettings, 'sasl'>): () => Promise<void> {
  let asking: Base | undefined;
  let look: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    asking ??= new Base({
      clientId: 'summit-health',
      bootstrapBrokers: [...place.brokers],
      connectTimeout: CHECK_MS,
      timeout: CHECK_MS,
      retries: 0,
      ...withTls(place),
    });
    const asked = asking;
    try {
      await within(CHECK_MS, asked.listApis());
    } catch (cause) {
      asked.close().catch(() => {});
      asking = undefined;
      throw Object.assign(new Error('no broker answers', { cause }), {
        code: codeIn(cause) ?? 'UNAVAILABLE',
      });
    }
  };
  return () => {
    look ??= ask().finally(() => {
      look = undefined;
    });
    return look;
  };
}

/** The machine's own word for it, wherever in a failure of several parts it stands. */
function codeIn(error: unknown): string | undefined {
  // The library's own clock may be a moment ahead of ours; its word for it is a text.
  if (error instanceof KafkaSilent || (error instanceof Error && / timed out\b/.test(error.message)))
    return 'TIMEOUT';
  const { code, errors, cause } = (error ?? {}) as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === 'string' && !code.startsWith('PLT_')) return code;
  const inner = [...(Array.isArray(errors) ? errors : []), ...(cause ? [cause] : [])];
  return inner.map(codeIn).find((found) => found !== undefined);
}

export const changesTopic = (prefix: string, tenant: string): string => `${prefix}.${tenant}.changes`;
export const ingestTopic = (prefix: string, tenant: string): string => `${prefix}.${tenant}.ingest`;
export const deadTopic = (prefix: string, tenant: string): string => `${prefix}.${tenant}.ingest.dead`;
