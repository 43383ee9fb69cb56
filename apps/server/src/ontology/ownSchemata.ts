/** Types that tables often name and that FollowTheMoney calls otherwise or lacks. */
import type { PropertyDefinition, PropertyType, SchemaDefinition } from './ontology.ts';

const properties = (types: Record<string, PropertyType>): Record<string, PropertyDefinition> =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      { label: `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`, type },
    ]),
  );

export const summitSchemata: SchemaDefinition[] = [
  {
    name: 'Account',
    label: 'Account',
    plural: 'Accounts',
    origin: 'summit',
    extends: ['BankAccount'],
    caption: ['name', 'accountNumber', 'iban', 'identifier'],
    icon: 'account',
    properties: {},
  },
  {
    name: 'Phone',
    label: 'Phone',
    plural: 'Phones',
    origin: 'summit',
    extends: ['Thing'],
    caption: ['phone', 'name'],
    icon: 'phone',
    properties: properties({ phone: 'phone', imsi: 'identifier' }),
  },
  {
    name: 'Device',
    label: 'Device',
    plural: 'Devices',
    origin: 'summit',
    extends: ['Thing'],
    caption: ['name', 'serialNumber'],
    icon: 'device',
    properties: properties({ serialNumber: 'identifier', imei: 'identifier', mac: 'identifier' }),
  },
  {
    name: 'Node',
    label: 'Node',
    plural: 'Nodes',
    origin: 'summit',
    description: 'A thing of a graph file that says no more about what it is.',
    caption: ['label', 'name', 'title'],
    // Names under which tables and graph files give typed values; they hold for every schema that has no better word.
    properties: properties({
      label: 'name',
      identifier: 'identifier',
      birth_date: 'date',
      start_date: 'date',
      end_date: 'date',
      recorded_at: 'date',
      lat: 'geo',
      lon: 'geo',
      lng: 'geo',
      geo: 'geo',
      email_address: 'email',
      phone_number: 'phone',
      country_code: 'country',
      ip_address: 'ip',
    }),
  },
];
