import { expect, test } from 'vitest';
import { type ChangedRow, changeEvent, EVENT_MOST } from './changeEvents.ts';

const secret = new Uint8Array(32).fill(1);
const tenant = '0199c0de-0000-7000-8000-000000000001';
const row: ChangedRow = {
  kind: 'record',
  op: 'updated',
  id: '0199c0de-0000-7000-8000-0000000000aa',
  change: 1234567,
  at: new Date('2026-01-02T03:04:05.678Z'),
  body: { dataset: 'crm', schema: 'Person', properties: { name: ['Ada'] }, marking: 3, validFrom: null },
};

test('is a CloudEvent whose id is made from the change and the row, and tells no number of a change', () => {
  const { key, value } = changeEvent(row, tenant, secret);
  const event = JSON.parse(value.toString());
  expect(event).toEqual({
    specversion: '1.0',
    id: `${event.position}.${row.id}`,
    source: `urn:summit:tenant:${tenant}`,
    type: 'summit.record.updated',
    subject: row.id,
    time: '2026-01-02T03:04:05.678Z',
    datacontenttype: 'application/json',
    position: expect.stringMatching(/^[\w-]{22}$/),
    data: {
      id: row.id,
      dataset: 'crm',
      schema: 'Person',
      properties: { name: ['Ada'] },
      marking: 'TLP:AMBER+STRICT',
      position: event.position,
    },
  });
  expect(key).toBe(row.id);
  expect(value.toString()).not.toContain('1234567');
  expect(changeEvent(row, tenant, secret).value.equals(value)).toBe(true);
});

test('one that no broker would take says all but its properties, and that it does', () => {
  const large = { ...row, body: { ...row.body, properties: { text: ['x'.repeat(EVENT_MOST)] } } };
  const { data } = JSON.parse(changeEvent(large, tenant, secret).value.toString());
  expect(data).toMatchObject({ dataset: 'crm', schema: 'Person', omitted: ['properties'] });
  expect(data.properties).toBeUndefined();
});
