import { expect, test } from 'vitest';
import { labelsOf } from '../../entity/propertyLabels.ts';
import { remark } from './remark.ts';

const labels = labelsOf([{ name: 'Person', properties: [{ name: 'idNumber', label: 'ID Number' }] }]);

test('a remark on values names their properties as people read them, and leaves the values', () => {
  expect(
    remark('VALUE_NOT_UNDERSTOOD (3): birthDate (date): soon; idNumber (identifier): birthDate …', labels),
  ).toBe('Value not understood, 3 times: Birth date (date): soon; ID Number (identifier): birthDate …');
  expect(remark('ROW_REPEATED (1): p1', labels)).toBe('Row repeated, once: p1');
  expect(remark('something else', labels)).toBe('something else');
});
