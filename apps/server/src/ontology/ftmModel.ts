/** FollowTheMoney's model from its npm package, in the shape of our ontology. */
import model from '@opensanctions/followthemoney/dist/defaultModel.json' with { type: 'json' };
import type { IconKind, PropertyType, SchemaDefinition } from './ontology.ts';

interface FtmProperty {
  label: string;
  type: string;
  range?: string;
  description?: string;
  hidden?: boolean;
  stub?: boolean;
}
interface FtmSchema {
  label: string;
  plural: string;
  description?: string;
  extends: string[];
  caption?: string[];
  featured?: string[];
  abstract?: boolean;
  edge?: { source: string; target: string; directed: boolean; label: string; caption: string[] };
  temporalExtent?: { start: string[]; end: string[] };
  properties: Record<string, FtmProperty>;
}
const schemata = model.schemata as unknown as Record<string, FtmSchema>;

const icons: Record<string, IconKind> = {
  Person: 'person',
  Organization: 'company',
  LegalEntity: 'company',
  Position: 'person',
  Address: 'address',
  RealEstate: 'address',
  Event: 'event',
  Interval: 'event',
  CourtCase: 'document',
  BankAccount: 'account',
  Security: 'account',
  UserAccount: 'account',
  CryptoWallet: 'wallet',
  Call: 'phone',
  Email: 'email',
  Message: 'email',
  Vehicle: 'vehicle',
  Vessel: 'vessel',
  Document: 'document',
  Contract: 'document',
  License: 'document',
  Identification: 'document',
  Company: 'company',
};
/** The model calls coordinates numbers; the map needs to find them. */
const geo = new Set(['latitude', 'longitude']);

export function ftmSchemata(): SchemaDefinition[] {
  return Object.entries(schemata).map(([name, schema]) => ({
    name,
    label: schema.label,
    plural: schema.plural,
    origin: 'followthemoney',
    ...(schema.description && { description: schema.description.trim() }),
    extends: schema.extends,
    ...(schema.caption && { caption: schema.caption }),
    ...(schema.featured && { featured: schema.featured }),
    ...(schema.abstract && { abstract: true }),
    ...(schema.edge?.source && { edge: schema.edge }),
    // A life is no valid time: what is said of a person does not begin with the birth.
    ...(schema.temporalExtent && name !== 'Person' && { temporal: schema.temporalExtent }),
    ...(icons[name] && { icon: icons[name] }),
    properties: Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [
        key,
        {
          label: property.label,
          type: geo.has(key) ? 'geo' : (property.type as PropertyType),
          ...(property.range && { range: property.range }),
          ...(property.description && { description: property.description.trim() }),
          ...(property.hidden && { hidden: true }),
          ...(property.stub && { stub: true }),
        },
      ]),
    ),
  }));
}

/** FollowTheMoney's country codes and their English names. */
export const countryNames: Record<string, string> = model.types.country.values;
