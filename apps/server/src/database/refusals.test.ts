import { SummitError } from '@summit/process/errors';
import { expect, test } from 'vitest';
import { asRefusal } from './refusals.ts';

test('what the database says is told by a code of ours, and its text is not', () => {
  const told = (code: string) => {
    const refusal = asRefusal(Object.assign(new Error('secret of the database'), { code }));
    expect((refusal as Error).message).not.toContain('secret');
    return (refusal as SummitError).code;
  };
  expect(told('57014')).toBe('QUERY_TIMEOUT');
  expect(told('53100')).toBe('DISK_FULL');
  expect([told('40001'), told('40P01')]).toEqual(['CONFLICT', 'CONFLICT']);
  expect([told('22021'), told('22P05')]).toEqual(['INPUT_INVALID', 'INPUT_INVALID']);
});

test('what is told already, and what is a fault of ours, stays as it is', () => {
  for (const error of [new SummitError('NOT_FOUND'), new Error('boom'), undefined])
    expect(asRefusal(error)).toBe(error);
});
