import { expect, test } from 'vitest';
import { mayInvite, whyLocked, whyNotInvite } from './rights.ts';

const member = (name: string, role: string) => ({ role, user: { id: name, name } });
const data = {
  readOnly: false,
  archived: false,
  members: [member('Ann', 'lead'), member('Ed', 'editor'), member('Vic', 'viewer')],
};
const person = (id: string, ...roles: string[]) => ({ id, roles });

test('leads, editors and owners write; anybody else is told whom to ask', () => {
  expect(whyLocked(data, person('Ann', 'analyst'), undefined)).toBeUndefined();
  expect(whyLocked(data, person('Ed', 'analyst'), undefined)).toBeUndefined();
  expect(whyLocked(data, person('Olga', 'owner'), undefined)).toBeUndefined();
  expect(whyLocked(data, person('Vic', 'analyst'), undefined)).toBe(
    'You may only read here; Ann can make you an editor',
  );
  expect(whyLocked(data, person('Zoe', 'analyst'), undefined)).toBe(
    'You are not in this investigation; ask Ann to add you',
  );
  expect(whyLocked(data, person('Ed', 'reader'), undefined)).toMatch(/reads only/);
});

test('nobody writes into the past, the sample or a closed investigation', () => {
  const owner = person('Olga', 'owner');
  expect(whyLocked(data, owner, '2026-01-01')).toMatch(/past/);
  expect(whyLocked({ ...data, readOnly: true }, owner, undefined)).toMatch(/sample/);
  expect(whyLocked({ ...data, archived: true }, owner, undefined)).toMatch(/closed/);
});

test('leads and owners say who is in', () => {
  expect(mayInvite(data, person('Ann', 'analyst'))).toBe(true);
  expect(mayInvite(data, person('Olga', 'owner'))).toBe(true);
  expect(mayInvite(data, person('Ed', 'analyst'))).toBe(false);
  expect(mayInvite(data, undefined)).toBe(false);
});

test('whoever does not say who is in is told why, and by whom', () => {
  expect(whyNotInvite(data, person('Ann', 'analyst'))).toBeUndefined();
  expect(whyNotInvite(data, person('Ed', 'analyst'))).toBe('Who is in is said by Ann');
  expect(whyNotInvite({ ...data, members: [] }, person('Ed', 'analyst'))).toBe('An owner says who is in');
  expect(whyNotInvite({ ...data, readOnly: true }, person('Olga', 'owner'))).toMatch(/sample/);
});
