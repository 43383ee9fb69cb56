import { expect, test } from 'vitest';
import { diffRow } from './rowDiff.ts';

test('only what differs is named, with properties opened', () => {
  const before = { id: '1', caption: 'Kalda', props: { name: ['Kalda'], address: ['Ranka dambis 3'] } };
  const after = {
    id: '1',
    caption: 'Kalda',
    props: { name: ['Kalda'], address: ['Meremärgi 14'], country: ['ee'] },
  };
  expect(diffRow(before, after)).toEqual([
    { name: 'address', before: 'Ranka dambis 3', after: 'Meremärgi 14' },
    { name: 'country', before: undefined, after: 'ee' },
  ]);
});

test('a row that came or went shows all it said', () => {
  expect(diffRow(null, { verdict: 'same', tenant_id: 't' })).toEqual([
    { name: 'verdict', before: undefined, after: 'same' },
  ]);
  const item = { pinned: true, hidden: false, x: 1.23456, addedBy: '01a21475-dc42-717c-98e6-e1e648d275cd' };
  expect(diffRow(item, null)).toEqual([
    { name: 'pinned', before: 'yes', after: undefined },
    { name: 'x', before: '1.23', after: undefined },
  ]);
});
