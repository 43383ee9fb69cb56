import { expect, test } from 'vitest';
import { brokerAddress, kafkaProblems } from './kafkaProblems.ts';

const enabled = { KAFKA_ENABLED: true, KAFKA_BROKERS: ['127.0.0.1:9092'] };

test('nothing is asked of an installation without Kafka', () => {
  expect(kafkaProblems({})).toEqual([]);
  expect(kafkaProblems({ KAFKA_ENABLED: false, KAFKA_BROKERS: ['?'] })).toEqual([]);
});

test('an enabled one needs its brokers, as host:port', () => {
  expect(kafkaProblems(enabled)).toEqual([]);
  expect(kafkaProblems({ KAFKA_ENABLED: true })).toEqual([
    'KAFKA_BROKERS is missing, but KAFKA_ENABLED is true.',
  ]);
  expect(kafkaProblems({ ...enabled, KAFKA_BROKERS: ['kafka:9092', 'kafka'] })).toEqual([
    'KAFKA_BROKERS names "kafka", which is no host:port.',
  ]);
  expect(brokerAddress('[::1]:9092')).toEqual({ host: '[::1]', port: 9092 });
  expect(['kafka:0', 'kafka:70000', ':9092', 'http://kafka:9092'].map(brokerAddress)).toEqual(
    Array(4).fill(undefined),
  );
});

test('a prefix that Kafka would not take is refused', () => {
  expect(kafkaProblems({ ...enabled, KAFKA_TOPIC_PREFIX: 'our summit' })).toHaveLength(1);
  expect(kafkaProblems({ ...enabled, KAFKA_TOPIC_PREFIX: 'eu.summit-1' })).toEqual([]);
});

test('a login is its mechanism, its name and its password', () => {
  expect(kafkaProblems({ ...enabled, KAFKA_SASL_PASSWORD: 'x' })).toEqual([
    'KAFKA_SASL_PASSWORD is set, but KAFKA_SASL_MECHANISM is empty.',
  ]);
  const named = { ...enabled, KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'summit' };
  expect(kafkaProblems(named)).toEqual(['KAFKA_SASL_PASSWORD is missing, but KAFKA_SASL_MECHANISM is set.']);
  expect(kafkaProblems({ ...named, KAFKA_SASL_PASSWORD: 'x' })).toEqual([]);
});

test('production speaks in clear to this machine alone', () => {
  const production = { ...enabled, NODE_ENV: 'production' };
  expect(kafkaProblems(production)).toEqual([]);
  expect(kafkaProblems({ ...production, KAFKA_BROKERS: ['127.0.0.1:9092', 'kafka:9092'] })).toEqual([
    'KAFKA_BROKERS are not spoken to encrypted (kafka:9092); production needs KAFKA_TLS=true.',
  ]);
  expect(kafkaProblems({ ...production, KAFKA_BROKERS: ['kafka:9092'], KAFKA_TLS: true })).toEqual([]);
});
