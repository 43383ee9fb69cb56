import { expect, test } from 'vitest';
import { Dead, readEvent } from './event.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const event = (data: object, more: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: '/crm',
  type: 'summit.ingest.record',
  time: '2026-05-01T10:00:00Z',
  data: { dataset: 'crm', key: 'C-1', schema: 'Person', properties: { name: ['Ada'] }, ...data },
  ...more,
});
const read = (value: object) => readEvent(Buffer.from(JSON.stringify(value)), now);
const dead = (work: () => unknown): Dead => {
  try {
    work();
  } catch (error) {
    if (error instanceof Dead) return error;
    throw error;
  }
  throw new Error('it was taken');
};

test('of two events about one fact the later wins, by version before time, to the nanosecond', () => {
  const at = (time: string, version?: number) => read(event({ version }, { time })).version;
  const order = [
    at('2026-05-01T10:00:00Z'),
    at('2026-05-01T10:00:00.000000001Z'),
    at('2026-05-01T12:00:00.5+01:00'),
    at('2026-05-01T11:00:00.6Z'),
    at('2020-01-01T00:00:00Z', 2),
    at('2019-01-01T00:00:00Z', 10),
    read(event({ version: 11 }, { time: undefined })).version,
  ];
  expect(order).toEqual([...order].sort());
  expect(new Set(order).size).toBe(order.length);
});

test('two events of one moment are told apart by what they say, whichever comes first', () => {
  const [left, right] = [read(event({})), read(event({ properties: { name: ['Eda'] } }))];
  expect(left.version).not.toBe(right.version);
  expect(left.version.slice(0, 40)).toBe(right.version.slice(0, 40));
});

test('copies of an event have its id, another source has others', () => {
  expect(read(event({})).id).toBe(read(event({ schema: 'Company' }, { time: '2026-05-02T00:00:00Z' })).id);
  expect(read(event({})).id).not.toBe(read(event({}, { source: '/hr' })).id);
});

test.each([
  ['NOT_AN_EVENT', () => readEvent(null, now), /empty/],
  ['NOT_AN_EVENT', () => readEvent(Buffer.from('{'), now), /no JSON/],
  ['NOT_AN_EVENT', () => readEvent(Buffer.from([0x22, 0xff, 0x22]), now), /no JSON/],
  ['NOT_AN_EVENT', () => readEvent(Buffer.from('['.repeat(200_000)), now), /no JSON/],
  ['NOT_AN_EVENT', () => read(event({}, { specversion: '0.3' })), /specversion/],
  ['NOT_AN_EVENT', () => read(event({}, { type: 'order.placed' })), /type/],
  ['INVALID_EVENT', () => read(event({ dataset: 'Our CRM' })), /dataset/],
  ['INVALID_EVENT', () => read(event({ key: '' })), /key/],
  [
    'UNKNOWN_PROPERTY',
    () => read(event({ properties: JSON.parse('{"name": ["Ada"], "__proto__": ["Eve"]}') })),
    /__proto__/,
  ],
  ['INVALID_EVENT', () => read(event({ properties: { name: [1] } })), /properties/],
  ['INVALID_EVENT', () => read(event({ marking: 'SECRET' })), /marking/],
  ['INVALID_EVENT', () => read(event({ surname: 'x' })), /surname/i],
  ['INVALID_EVENT', () => read(event({ deleted: true, key: 7 })), /^key: /],
  ['INVALID_EVENT', () => read(event({}, { data: null })), /event/],
  ['INVALID_EVENT', () => read(event({}, { time: undefined })), /neither a time nor a version/],
  ['TIME_IN_FUTURE', () => read(event({}, { time: '2026-06-03T00:00:00Z' })), /ahead/],
])('%s', (code, work, reason) => {
  const found = dead(work);
  expect(found.code).toBe(code);
  expect(found.message).toMatch(reason);
});
