import type { SchemasQuery } from '../../api/generated/graphql.ts';

type Schema = Pick<
  SchemasQuery['ontology']['schemas'][number],
  'name' | 'label' | 'abstract' | 'isRelationship' | 'origin'
>;
export type TypeChoice = { id: string; name: string; group: string };

/** What most tables hold, most usual first. */
const usual = [
  [
    'Person',
    'Company',
    'Organization',
    'PublicBody',
    'LegalEntity',
    'Address',
    'BankAccount',
    'Phone',
    'Email',
  ],
  ['Vehicle', 'Vessel', 'Airplane', 'RealEstate', 'Event', 'Document'],
  ['Ownership', 'Directorship', 'Employment', 'Membership', 'Family', 'Associate', 'Payment', 'UnknownLink'],
].flat();

/** STIX names whose label reads like code. */
const spoken: Record<string, string> = {
  'email-addr': 'Email address',
  'ipv4-addr': 'IPv4 address',
  'ipv6-addr': 'IPv6 address',
  'mac-addr': 'MAC address',
  url: 'URL',
  'x509-certificate': 'X.509 certificate',
};

const groups: Record<string, string> = {
  Summit: 'More types',
  FollowTheMoney: 'More types',
  'STIX 2.1': 'Cyber threats (STIX 2.1)',
};
const order = ['Own types', 'Usual', 'More types', 'Cyber threats (STIX 2.1)'];

/** Types for the rows of a table: a tenant's own and the usual ones first, then the rest by where they come from; no name stands twice. */
export function typeChoices(schemas: readonly Schema[], kind: 'record' | 'link'): TypeChoice[] {
  const fitting = schemas.filter((one) => !one.abstract && one.isRelationship === (kind === 'link'));
  const choices = fitting.map(({ name, label, origin }) => ({
    id: name,
    name: spoken[name] ?? label,
    group: usual.includes(name) ? 'Usual' : (groups[origin] ?? 'Own types'),
  }));
  const times = new Map<string, number>();
  for (const { name } of choices) times.set(name, (times.get(name) ?? 0) + 1);
  const rank = (group: string) => order.indexOf(group);
  return choices
    .map((choice) =>
      (times.get(choice.name) ?? 0) > 1 && choice.group === groups['STIX 2.1']
        ? { ...choice, name: `${choice.name}, STIX` }
        : choice,
    )
    .sort(
      (a, b) =>
        rank(a.group) - rank(b.group) ||
        (a.group === 'Usual' ? usual.indexOf(a.id) - usual.indexOf(b.id) : a.name.localeCompare(b.name)),
    );
}
