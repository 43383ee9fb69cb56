import { expect, test } from 'vitest';
import { judgeRedis } from './doctorRedis.ts';

test.each([
  ['5.0.14', false],
  ['6.0.16', false],
  ['6.1.241', false],
  ['6.2.0', true],
  ['6.10.0', true],
  ['7.0.1', true],
  ['', false],
])('version %s: may be used: %s', (version, mayBeUsed) => {
  const found = judgeRedis({ version, maxMemory: 1e8, usedMemory: 0, policy: 'volatile-lfu' });
  expect(found.map(({ mend }) => mend)).toEqual(mayBeUsed ? [] : ['Bring version 6.2 or later.']);
});
