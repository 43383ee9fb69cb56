import { isLoopback } from './loopback.ts';

type Values = Readonly<Record<string, unknown>>;

/** Where a broker is: `host:port`, an IPv6 host in brackets. Undefined when it is neither. */
export function brokerAddress(text: string): { host: string; port: number } | undefined {
  const [, host, digits] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  return host && port > 0 && port < 65_536 ? { host, port } : undefined;
}

/** What is missing or contradicts itself in the settings of Kafka, and what production refuses. */
export function kafkaProblems(values: Values): string[] {
  if (values.KAFKA_ENABLED !== true) return [];
  const brokers = (values.KAFKA_BROKERS ?? []) as string[];
  const problems = brokers
    .filter((broker) => !brokerAddress(broker))
    .map((broker) => `KAFKA_BROKERS names "${broker}", which is no host:port.`);
  if (brokers.length === 0) problems.push('KAFKA_BROKERS is missing, but KAFKA_ENABLED is true.');
  // With the id of a tenant and its purpose behind it a name stays within Kafka's 249 characters.
  if (!/^[\w.-]{1,100}$/.test(String(values.KAFKA_TOPIC_PREFIX ?? 'summit')))
    problems.push('KAFKA_TOPIC_PREFIX is 1 to 100 letters, digits, dots, hyphens and underscores.');
  problems.push(...loginProblems(values));
  const open = brokers.filter((broker) => !isLoopback(brokerAddress(broker)?.host ?? ''));
  if (values.NODE_ENV === 'production' && values.KAFKA_TLS !== true && open.length > 0)
    problems.push(
      `KAFKA_BROKERS are not spoken to encrypted (${open.join(', ')}); production needs KAFKA_TLS=true.`,
    );
  return problems;
}

function loginProblems(values: Values): string[] {
  const login = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const hasMechanism = values.KAFKA_SASL_MECHANISM !== undefined;
  return login
    .filter((name) => (values[name] !== undefined) !== hasMechanism)
    .map((name) =>
      hasMechanism
        ? `${name} is missing, but KAFKA_SASL_MECHANISM is set.`
        : `${name} is set, but KAFKA_SASL_MECHANISM is empty.`,
    );
}
