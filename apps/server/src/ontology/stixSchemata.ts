/** STIX 2.1: domain objects, observables, sightings and markings as schemata. Types not listed here work untyped. */
import type { IconKind, PropertyDefinition, PropertyType, SchemaDefinition } from './ontology.ts';

/** Properties that mean the same on every object. */
const common: Record<string, PropertyType> = {
  name: 'name',
  description: 'text',
  aliases: 'name',
  x_mitre_aliases: 'name',
  x_mitre_contributors: 'string',
  external_id: 'identifier',
  created: 'date',
  modified: 'date',
  labels: 'string',
  lang: 'language',
  confidence: 'number',
  external_references: 'json',
  created_by_ref: 'entity',
  object_marking_refs: 'entity',
};

interface Row {
  type: string;
  plural: string;
  icon?: IconKind;
  caption?: string[];
  properties?: Record<string, PropertyType>;
  temporal?: { start: string[]; end: string[] };
}
const seen = { first_seen: 'date', last_seen: 'date' } as const;
const seenExtent = { start: ['first_seen'], end: ['last_seen'] };
const rows: Row[] = [
  { type: 'attack-pattern', plural: 'Attack patterns' },
  {
    type: 'campaign',
    plural: 'Campaigns',
    icon: 'event',
    properties: { ...seen, objective: 'text' },
    temporal: seenExtent,
  },
  { type: 'course-of-action', plural: 'Courses of action' },
  { type: 'grouping', plural: 'Groupings', icon: 'document', properties: { context: 'string' } },
  {
    type: 'identity',
    plural: 'Identities',
    icon: 'company',
    properties: { contact_information: 'string', sectors: 'string' },
  },
  { type: 'incident', plural: 'Incidents', icon: 'event' },
  {
    type: 'indicator',
    plural: 'Indicators',
    caption: ['name', 'pattern'],
    properties: { pattern: 'text', valid_from: 'date', valid_until: 'date' },
    temporal: { start: ['valid_from'], end: ['valid_until'] },
  },
  {
    type: 'infrastructure',
    plural: 'Infrastructure',
    icon: 'device',
    properties: seen,
    temporal: seenExtent,
  },
  { type: 'intrusion-set', plural: 'Intrusion sets', icon: 'person', properties: seen, temporal: seenExtent },
  {
    type: 'location',
    plural: 'Locations',
    icon: 'address',
    caption: ['name', 'city', 'region', 'country'],
    properties: {
      country: 'country',
      city: 'string',
      region: 'string',
      latitude: 'geo',
      longitude: 'geo',
      street_address: 'address',
      postal_code: 'identifier',
    },
  },
  { type: 'malware', plural: 'Malware', properties: seen, temporal: seenExtent },
  {
    type: 'malware-analysis',
    plural: 'Malware analyses',
    icon: 'document',
    caption: ['product', 'result_name'],
    properties: { submitted: 'date' },
  },
  {
    type: 'note',
    plural: 'Notes',
    icon: 'document',
    caption: ['abstract', 'content'],
    properties: { abstract: 'string', content: 'text', authors: 'name' },
  },
  {
    type: 'observed-data',
    plural: 'Observed data',
    icon: 'event',
    properties: { first_observed: 'date', last_observed: 'date', number_observed: 'number' },
    temporal: { start: ['first_observed'], end: ['last_observed'] },
  },
  {
    type: 'opinion',
    plural: 'Opinions',
    icon: 'document',
    caption: ['explanation', 'opinion'],
    properties: { explanation: 'text', opinion: 'string', authors: 'name' },
  },
  {
    type: 'report',
    plural: 'Reports',
    icon: 'document',
    properties: { published: 'date' },
    temporal: { start: ['published'], end: [] },
  },
  { type: 'threat-actor', plural: 'Threat actors', icon: 'person', properties: seen, temporal: seenExtent },
  { type: 'tool', plural: 'Tools', properties: { tool_version: 'string' } },
  { type: 'vulnerability', plural: 'Vulnerabilities', properties: { name: 'identifier' } },
  {
    type: 'sighting',
    plural: 'Sightings',
    icon: 'event',
    properties: { ...seen, count: 'number', summary: 'string' },
    temporal: seenExtent,
  },
  {
    type: 'marking-definition',
    plural: 'Marking definitions',
    icon: 'document',
    caption: ['name', 'definition.statement', 'definition.tlp'],
  },
  {
    type: 'artifact',
    plural: 'Artifacts',
    icon: 'document',
    caption: ['url', 'hashes.SHA-256', 'hashes.MD5'],
    properties: { mime_type: 'mimetype', url: 'url' },
  },
  {
    type: 'autonomous-system',
    plural: 'Autonomous systems',
    icon: 'device',
    caption: ['name', 'number'],
    properties: { number: 'identifier' },
  },
  {
    type: 'directory',
    plural: 'Directories',
    icon: 'device',
    caption: ['path'],
    properties: { path: 'string', ctime: 'date', mtime: 'date', atime: 'date' },
  },
  {
    type: 'domain-name',
    plural: 'Domain names',
    icon: 'device',
    caption: ['value'],
    properties: { value: 'identifier' },
  },
  {
    type: 'email-addr',
    plural: 'E-mail addresses',
    icon: 'email',
    caption: ['value', 'display_name'],
    properties: { value: 'email', display_name: 'name' },
  },
  {
    type: 'email-message',
    plural: 'E-mail messages',
    icon: 'email',
    caption: ['subject', 'message_id'],
    properties: { subject: 'string', message_id: 'identifier', date: 'date', body: 'text' },
    temporal: { start: ['date'], end: [] },
  },
  {
    type: 'file',
    plural: 'Files',
    icon: 'document',
    caption: ['name', 'hashes.SHA-256', 'hashes.SHA-1', 'hashes.MD5'],
    properties: {
      name: 'identifier',
      mime_type: 'mimetype',
      size: 'number',
      ctime: 'date',
      mtime: 'date',
      atime: 'date',
    },
  },
  {
    type: 'ipv4-addr',
    plural: 'IPv4 addresses',
    icon: 'device',
    caption: ['value'],
    properties: { value: 'ip' },
  },
  {
    type: 'ipv6-addr',
    plural: 'IPv6 addresses',
    icon: 'device',
    caption: ['value'],
    properties: { value: 'ip' },
  },
  {
    type: 'mac-addr',
    plural: 'MAC addresses',
    icon: 'device',
    caption: ['value'],
    properties: { value: 'identifier' },
  },
  { type: 'mutex', plural: 'Mutexes', icon: 'device', properties: { name: 'identifier' } },
  {
    type: 'network-traffic',
    plural: 'Network traffic',
    icon: 'event',
    caption: ['protocols'],
    properties: { start: 'date', end: 'date' },
    temporal: { start: ['start'], end: ['end'] },
  },
  {
    type: 'process',
    plural: 'Processes',
    icon: 'device',
    caption: ['command_line', 'pid'],
    properties: { command_line: 'text', created_time: 'date' },
  },
  {
    type: 'software',
    plural: 'Software',
    icon: 'device',
    properties: { cpe: 'identifier', swid: 'identifier', vendor: 'string' },
  },
  { type: 'url', plural: 'URLs', icon: 'device', caption: ['value'], properties: { value: 'url' } },
  {
    type: 'user-account',
    plural: 'User accounts',
    icon: 'account',
    caption: ['display_name', 'account_login', 'user_id'],
    properties: { display_name: 'name', account_login: 'identifier', user_id: 'identifier' },
  },
  {
    type: 'windows-registry-key',
    plural: 'Windows registry keys',
    icon: 'device',
    caption: ['key'],
    properties: { key: 'string' },
  },
  {
    type: 'x509-certificate',
    plural: 'X.509 certificates',
    icon: 'document',
    caption: ['subject', 'serial_number'],
    properties: {
      serial_number: 'identifier',
      subject: 'string',
      issuer: 'string',
      validity_not_before: 'date',
      validity_not_after: 'date',
    },
  },
  // MITRE ATT&CK's own types, common enough to deserve names.
  { type: 'x-mitre-tactic', plural: 'ATT&CK tactics' },
  { type: 'x-mitre-matrix', plural: 'ATT&CK matrices' },
  { type: 'x-mitre-collection', plural: 'ATT&CK collections', icon: 'document' },
  { type: 'x-mitre-data-source', plural: 'ATT&CK data sources', icon: 'device' },
  { type: 'x-mitre-data-component', plural: 'ATT&CK data components', icon: 'device' },
  { type: 'x-mitre-detection-strategy', plural: 'ATT&CK detection strategies' },
  { type: 'x-mitre-analytic', plural: 'ATT&CK analytics' },
  { type: 'x-mitre-asset', plural: 'ATT&CK assets', icon: 'device' },
];

export const stixSchemata: SchemaDefinition[] = rows.map((row) => {
  const words = row.type.replace(/^x-mitre-/, 'ATT&CK ').replaceAll('-', ' ');
  const properties: Record<string, PropertyDefinition> = {};
  for (const [name, type] of Object.entries({ ...common, ...row.properties })) {
    properties[name] = { label: label(name), type };
  }
  return {
    name: row.type,
    label: words.charAt(0).toUpperCase() + words.slice(1),
    plural: row.plural,
    origin: 'stix',
    caption: row.caption ?? ['name'],
    featured: [...(row.caption ?? ['name']), 'description'],
    ...(row.icon && { icon: row.icon }),
    ...(row.temporal && { temporal: row.temporal }),
    properties,
  };
});

function label(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
