import type { CaseData } from './caseQueries.ts';

type Person = { id: string; roles: readonly string[] };
type Of = Pick<CaseData, 'readOnly' | 'archived' | 'members'>;

export type MemberRole = 'lead' | 'editor' | 'viewer';

export const memberRoles: readonly { id: MemberRole; name: string; help: string }[] = [
  { id: 'lead', name: 'Lead', help: 'changes everything, and who is in' },
  { id: 'editor', name: 'Editor', help: 'adds, links, judges, writes notes' },
  { id: 'viewer', name: 'Viewer', help: 'reads' },
];

const listed = (names: readonly string[]): string => names.slice(0, 2).join(' or ');

/** Why this person can write nothing here now, in a sentence that says what to do; undefined when they can. */
export function whyLocked(data: Of, viewer: Person | undefined, at: string | undefined): string | undefined {
  if (at) return 'You read the past; return to now first';
  if (data.readOnly) return 'The sample is read-only; copy it to work on it';
  if (data.archived) return 'The investigation is closed; open it first';
  if (!viewer || viewer.roles.includes('owner')) return undefined;
  if (!viewer.roles.includes('analyst')) return 'Your account reads only; an owner can make you an analyst';
  const role = data.members.find(({ user }) => user.id === viewer.id)?.role;
  if (role === 'lead' || role === 'editor') return undefined;
  const leads = listed(data.members.filter((one) => one.role === 'lead').map(({ user }) => user.name));
  return role === 'viewer'
    ? `You may only read here; ${leads} can make you an editor`
    : `You are not in this investigation; ask ${leads} to add you`;
}

/** Why this person does not say who is in; undefined when they do. */
export function whyNotInvite(data: Of, viewer: Person | undefined): string | undefined {
  if (data.readOnly) return 'The sample is everybody’s to read; copy it to work on it with others';
  if (!viewer || viewer.roles.includes('owner')) return undefined;
  const leads = data.members.filter((one) => one.role === 'lead').map(({ user }) => user);
  if (leads.some(({ id }) => id === viewer.id)) return undefined;
  return leads.length === 0
    ? 'An owner says who is in'
    : `Who is in is said by ${listed(leads.map(({ name }) => name))}`;
}

/** Whether this person says who is in. */
export const mayInvite = (data: Of, viewer: Person | undefined): boolean =>
  viewer !== undefined && whyNotInvite(data, viewer) === undefined;
