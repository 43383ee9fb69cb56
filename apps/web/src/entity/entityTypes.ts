import type { entityIcons } from './entityIcons.ts';

/** The outline behind the icon. Colour, shape and icon together say the type, never colour alone. */
export type Shape = 'circle' | 'rounded' | 'square' | 'pill' | 'sheet';

/** A hue of the token table: `--person` is the fill, `--person-ink` the icon on it. */
export type Hue =
  | 'person'
  | 'company'
  | 'address'
  | 'event'
  | 'account'
  | 'phone'
  | 'email'
  | 'vehicle'
  | 'document'
  | 'wallet'
  | 'vessel'
  | 'device';

export type EntityType = { name: string; hue: Hue; shape: Shape; icon: keyof typeof entityIcons };

const person: EntityType = { name: 'Person', hue: 'person', shape: 'circle', icon: 'person' };
const company: EntityType = { name: 'Company', hue: 'company', shape: 'rounded', icon: 'company' };
const event: EntityType = { name: 'Event', hue: 'event', shape: 'circle', icon: 'event' };
const account: EntityType = { name: 'Account', hue: 'account', shape: 'rounded', icon: 'account' };
const document: EntityType = { name: 'Document', hue: 'document', shape: 'sheet', icon: 'document' };
const device: EntityType = { name: 'Device', hue: 'device', shape: 'rounded', icon: 'device' };
const threat: EntityType = { name: 'Threat', hue: 'vehicle', shape: 'circle', icon: 'threat' };

/** Twelve types have a hue of their own; the rest reuse one with another shape (interface rules, "Look"). */
const bySchema: Record<string, EntityType> = {
  Person: person,
  Company: company,
  Organization: { ...company, name: 'Organization', shape: 'pill' },
  LegalEntity: { ...company, name: 'Legal entity', shape: 'square' },
  PublicBody: { ...company, name: 'Public body', shape: 'square', icon: 'publicBody' },
  Address: { name: 'Address', hue: 'address', shape: 'square', icon: 'address' },
  Event: event,
  Trip: { ...event, name: 'Trip' },
  BankAccount: { ...account, name: 'Bank account' },
  UserAccount: { ...account, name: 'User account', shape: 'circle', icon: 'person' },
  Phone: { name: 'Phone', hue: 'phone', shape: 'pill', icon: 'phone' },
  Email: { name: 'Email', hue: 'email', shape: 'pill', icon: 'email' },
  Message: { name: 'Message', hue: 'email', shape: 'sheet', icon: 'email' },
  Vehicle: { name: 'Vehicle', hue: 'vehicle', shape: 'rounded', icon: 'vehicle' },
  Airplane: { name: 'Aircraft', hue: 'vehicle', shape: 'pill', icon: 'aircraft' },
  Document: document,
  Pages: document,
  PlainText: document,
  HyperText: document,
  Table: document,
  Note: document,
  Article: document,
  CryptoWallet: { name: 'Wallet', hue: 'wallet', shape: 'circle', icon: 'wallet' },
  Security: { name: 'Security', hue: 'wallet', shape: 'square', icon: 'money' },
  Vessel: { name: 'Vessel', hue: 'vessel', shape: 'rounded', icon: 'vessel' },
  Asset: { name: 'Asset', hue: 'vessel', shape: 'square', icon: 'asset' },
  RealEstate: { name: 'Real estate', hue: 'address', shape: 'rounded', icon: 'company' },
  License: { name: 'Licence', hue: 'document', shape: 'square', icon: 'licence' },
  Identification: { name: 'Identification', hue: 'document', shape: 'rounded', icon: 'licence' },
  Passport: { name: 'Passport', hue: 'document', shape: 'rounded', icon: 'licence' },
  Sanction: { name: 'Sanction', hue: 'event', shape: 'square', icon: 'law' },
  CourtCase: { name: 'Court case', hue: 'event', shape: 'rounded', icon: 'law' },
  Contract: { name: 'Contract', hue: 'document', shape: 'rounded', icon: 'licence' },
  Call: { name: 'Call', hue: 'phone', shape: 'circle', icon: 'phone' },
  Position: { name: 'Position', hue: 'person', shape: 'pill', icon: 'mention' },
  Mention: { name: 'Mention', hue: 'person', shape: 'square', icon: 'mention' },
  Device: device,
  identity: { ...person, name: 'Identity' },
  'threat-actor': { ...threat, name: 'Threat actor', icon: 'person' },
  'intrusion-set': { ...threat, name: 'Intrusion set', shape: 'pill', icon: 'person' },
  malware: { ...threat, name: 'Malware', shape: 'rounded' },
  tool: { ...threat, name: 'Tool', shape: 'square', icon: 'tool' },
  campaign: { ...event, name: 'Campaign', shape: 'rounded', icon: 'campaign' },
  incident: { ...event, name: 'Incident' },
  'attack-pattern': { name: 'Attack pattern', hue: 'wallet', shape: 'rounded', icon: 'technique' },
  'course-of-action': { name: 'Course of action', hue: 'email', shape: 'rounded', icon: 'mitigation' },
  vulnerability: { ...threat, name: 'Vulnerability', shape: 'sheet' },
  indicator: { name: 'Indicator', hue: 'event', shape: 'square', icon: 'technique' },
  infrastructure: { ...device, name: 'Infrastructure', icon: 'site' },
  location: { name: 'Location', hue: 'address', shape: 'circle', icon: 'address' },
  report: { ...document, name: 'Report' },
  note: { ...document, name: 'Note' },
  'domain-name': { name: 'Domain', hue: 'email', shape: 'square', icon: 'network' },
  url: { name: 'URL', hue: 'email', shape: 'rounded', icon: 'network' },
  'ipv4-addr': { name: 'IPv4 address', hue: 'device', shape: 'pill', icon: 'network' },
  'ipv6-addr': { name: 'IPv6 address', hue: 'device', shape: 'pill', icon: 'network' },
  'email-addr': { name: 'Email', hue: 'email', shape: 'pill', icon: 'email' },
  'user-account': { ...account, name: 'User account', shape: 'circle', icon: 'person' },
  software: { ...device, name: 'Software', shape: 'square', icon: 'asset' },
  file: { ...document, name: 'File' },
  'x-mitre-tactic': { name: 'Tactic', hue: 'wallet', shape: 'pill', icon: 'campaign' },
  'x-mitre-asset': { name: 'Asset', hue: 'vessel', shape: 'square', icon: 'asset' },
  'x-mitre-data-source': { name: 'Data source', hue: 'account', shape: 'sheet', icon: 'site' },
  'x-mitre-data-component': { name: 'Data component', hue: 'account', shape: 'square', icon: 'site' },
};

/** What a schema looks like and is called. An unknown schema keeps its own name, in a neutral badge. */
export function entityType(schema: string): EntityType {
  return bySchema[schema] ?? { name: readable(schema), hue: 'device', shape: 'square', icon: 'thing' };
}

/** 'x-mitre-tactic' → 'Mitre tactic', 'PublicBody' → 'Public body', 'registrationNumber' → 'Registration number'. */
export function readable(key: string): string {
  const words = key
    .replace(/^x-/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_:.]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
