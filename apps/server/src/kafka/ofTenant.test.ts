import { BreakerOpen } from '@summit/process/breaker';
import { SummitError } from '@summit/process/errors';
import { expect, test } from 'vitest';
import { KafkaSilent } from './client.kafka.ts';
import { isOfTenant } from './ofTenant.kafka.ts';

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

const ANSWERS = [
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
];
/** As the library tells it: tried so often, each time with an answer in which one partition is refused. */
const tried = (...attempts: unknown[]) => coded('PLT_KFK_MULTIPLE', { errors: attempts });
const answered = (apiId: string) =>
  coded('PLT_KFK_RESPONSE', { errors: [coded('PLT_KFK_PROTOCOL', { apiId })] });

test.each([
  ['a statement over its time', coded('57014')],
  ['a key that is there', coded('23505')],
  ['a mistake of ours', new TypeError('undefined is not a function')],
  ['a question over its time', new SummitError('QUERY_TIMEOUT')],
  [
    'an answer that nobody can read, twice',
    coded('PLT_KFK_MULTIPLE', { errors: [coded('Z_DATA_ERROR'), new RangeError('out of range')] }),
  ],
  ['a refused topic', coded('PLT_KFK_MULTIPLE', { errors: [{ apiId: 'TOPIC_AUTHORIZATION_FAILED' }] })],
])('%s is of the tenant', (_, error) => expect(isOfTenant(error)).toBe(true));

test.each(ANSWERS)('a topic to which brokers answer %s is of the tenant', (name) =>
  expect(isOfTenant(tried(answered(name), answered(name)))).toBe(true),
);

test.each([
  ['a lost database', new SummitError('DATABASE_UNAVAILABLE')],
  ['a database without connections', new SummitError('DATABASE_BUSY')],
  ['a full disk', coded('53100')],
  ['a database that shuts down', coded('57P01')],
  ['a database that only follows', coded('25006')],
  ['brokers that are silent', new KafkaSilent()],
  ['brokers that are spared', new BreakerOpen('kafka', 1)],
  ['brokers that are away', coded('PLT_KFK_MULTIPLE', { errors: [coded('ECONNREFUSED')] })],
  ['a refused login', coded('PLT_KFK_AUTHENTICATION')],
  [
    'a broker that goes away after it refused a topic',
    tried(answered('NOT_ENOUGH_REPLICAS'), coded('PLT_KFK_NETWORK', { cause: coded('ECONNREFUSED') })),
  ],
  ['brokers that are away, behind another error', new Error('not sent', { cause: coded('PLT_KFK_NETWORK') })],
])('%s is of all', (_, error) => expect(isOfTenant(error)).toBe(false));
