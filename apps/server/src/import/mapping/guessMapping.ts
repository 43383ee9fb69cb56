/** A first mapping for a table, from its header and some rows: meant to be looked at and edited. */
import { stringify } from 'yaml';
import type { Ontology } from '../../ontology/ontology.ts';
import { findAmount, findDate, findParty, guessPayment } from './guessPayment.ts';
import { find, findId, type Guessed, type Sample, timeFormat, valuesOf, type Word } from './guessSample.ts';
import {
  addressColumns,
  endPairs,
  fromWords,
  linkTypeWords,
  namingColumns,
  placeColumns,
  plain,
  propertyWords,
  schemaWords,
  tellingColumns,
  tellingFiles,
  toWords,
  typeWords,
} from './guessWords.ts';

export interface GuessedMapping {
  yaml: string;
  /** For each column what the mapping makes of it, in words for people. */
  becomes: Record<string, string>;
}

export function guessMapping(sample: Sample, ontology: Ontology): GuessedMapping {
  const words: Word[] = sample.columns.map((name) => [name, plain(name)]);
  const pair = findEnds(words);
  const mapping =
    guessPayment(sample, words, ontology) ??
    (pair === undefined ? recordMapping(sample, words, ontology) : linkMapping(sample, words, pair));
  const conventions = guessConventions(sample);
  const document = { values: 'exact', ...conventions, queries: [mapping.query] };
  const head = [
    ' Guessed from the first rows. Change what is wrong: the preview shows what comes of it.',
    ' FollowTheMoney mapping files work here too.',
  ];
  const yaml = `${head.map((line) => `#${line}`).join('\n')}\n${stringify(document, { lineWidth: 100 })}`;
  return { yaml, becomes: mapping.becomes };
}

function findEnds(words: Word[]): { source: string; target: string; type?: string } | undefined {
  for (const [from, to, type] of endPairs) {
    const source = find(words, [from]);
    const target = find(words, [to]);
    if (source !== undefined && target !== undefined) return { source, target, ...(type && { type }) };
  }
  return undefined;
}

function linkMapping(
  sample: Sample,
  words: Word[],
  ends: { source: string; target: string; type?: string },
): Guessed {
  const free = words.filter(([name]) => name !== ends.source && name !== ends.target);
  const id = findId(sample, free);
  const type = find(free, linkTypeWords);
  const from = find(free, fromWords);
  const to = find(free, toWords);
  const otherwise = ends.type ?? 'UnknownLink';
  const format = from === undefined ? undefined : timeFormat(valuesOf(sample, from));
  const becomes: Record<string, string> = {};
  for (const [name] of words) becomes[name] = `property ${name}`;
  becomes[ends.source] = 'where the link starts';
  becomes[ends.target] = 'where the link ends';
  if (id !== undefined) becomes[id] = 'key';
  if (type !== undefined) becomes[type] = 'type of link';
  if (from !== undefined) becomes[from] = `true from, and property ${from}`;
  if (to !== undefined) becomes[to] = `true until, and property ${to}`;
  const properties = {
    ...(id !== undefined && { id: { column: id } }),
    ...(from !== undefined && format !== undefined && { [from]: { column: from, format } }),
  };
  return {
    becomes,
    query: {
      links: {
        link: {
          ...(id !== undefined && { id_column: id }),
          type: type === undefined ? otherwise : { column: type, otherwise },
          source: { column: ends.source },
          target: { column: ends.target },
          directed: true,
          ...(from !== undefined && { valid_from: from }),
          ...(to !== undefined && { valid_to: to }),
          ...(format !== undefined && { valid_format: format }),
          ...(Object.keys(properties).length > 0 && { properties }),
          rest: 'keep',
        },
      },
    },
  };
}

function recordMapping(sample: Sample, words: Word[], ontology: Ontology): Guessed {
  const becomes: Record<string, string> = {};
  const id = findId(sample, words);
  const type = findType(sample, words, ontology);
  const schema = type === undefined ? guessSchema(sample, words) : 'Thing';
  const taken = new Set([id, type?.column]);
  const properties: Record<string, { column?: string; format?: string; template?: string; split?: string }> =
    {};
  if (id !== undefined) {
    properties.id = { column: id };
    becomes[id] = 'key';
  }
  if (type !== undefined) becomes[type.column] = 'type of record';

  for (const [name, word] of words) {
    if (taken.has(name)) continue;
    const property = propertyFor(word, name, schema, type === undefined, ontology);
    if (property === undefined || Object.hasOwn(properties, property)) {
      becomes[name] = `property ${name}`;
      const written =
        ontology.propertyType(schema, name) === 'date' ? timeFormat(valuesOf(sample, name)) : undefined;
      if (written !== undefined) properties[name] = { column: name, format: written };
      continue;
    }
    const kind = ontology.propertyType(schema, property);
    const format = kind === 'date' ? timeFormat(valuesOf(sample, name)) : undefined;
    properties[property] = { column: name, ...(format && { format }) };
    becomes[name] = `property ${property}`;
  }
  // A record wants a name: of two parts, or of the column that looks most like one.
  if (properties.name === undefined) {
    const { firstName, lastName } = properties;
    const title = find(words, ['title', 'label', 'caption', 'subject', 'poi']);
    if (firstName?.column && lastName?.column) {
      properties.name = { template: `{{${firstName.column}}} {{${lastName.column}}}` };
    } else if (title !== undefined && !taken.has(title)) {
      properties.name = { column: title };
      becomes[title] = 'property name';
    } else if (schema === 'LegalEntity') {
      const party = findParty(sample, words);
      if (party !== undefined && !taken.has(party)) {
        properties.name = { column: party };
        becomes[party] = 'property name';
      }
    }
  }
  const [from, to] = [find(words, ['validfrom']), find(words, ['validto', 'validuntil'])];
  return {
    becomes,
    query: {
      entities: {
        record: {
          schema:
            type === undefined
              ? schema
              : { column: type.column, otherwise: 'Thing', ...(type.map && { map: type.map }) },
          ...(id !== undefined && { id_column: id }),
          ...(from !== undefined && { valid_from: from }),
          ...(to !== undefined && { valid_to: to }),
          ...(Object.keys(properties).length > 0 && { properties }),
          rest: 'keep',
        },
      },
    },
  };
}

/** The property that a column means. Where rows have several schemata only words that hold for all are used. */
function propertyFor(
  word: string,
  name: string,
  schema: string,
  single: boolean,
  ontology: Ontology,
): string | undefined {
  const meant = propertyWords[word];
  if (meant !== undefined) return meant === 'address' && schema === 'Address' ? 'full' : meant;
  if (!single) return undefined;
  const camel = name.trim().replace(/[\s_-]+(\w)/g, (_, letter: string) => letter.toUpperCase());
  const known = ontology.schema(schema)?.allProperties;
  for (const candidate of [camel, camel.charAt(0).toLowerCase() + camel.slice(1)]) {
    const property = known?.get(candidate);
    // A text cannot be an entity's id unless the mapping says how the id is made.
    if (property !== undefined && property.type !== 'entity' && !property.stub) return candidate;
  }
  return undefined;
}

/** A column that says of each row what it is, if at least half of its different values are types that we know. */
function findType(
  sample: Sample,
  words: Word[],
  ontology: Ontology,
): { column: string; map?: Record<string, string> } | undefined {
  for (const want of typeWords) {
    const column = words.find(([, word]) => word === want)?.[0];
    if (column === undefined) continue;
    const values = [...new Set(valuesOf(sample, column).map((value) => value.trim()))];
    const exact = values.filter((value) => ontology.schema(value) !== undefined);
    const spoken = values.filter(
      (value) => ontology.schema(value) === undefined && schemaWords[plain(value)] !== undefined,
    );
    if (values.length === 0 || (exact.length + spoken.length) * 2 < values.length) continue;
    return { column, ...(spoken.length > 0 && { map: schemaWords }) };
  }
  return undefined;
}

/** Whether a row is about who gave or was given something. */
const isOfParty = (sample: Sample, words: Word[]): boolean =>
  findParty(sample, words) !== undefined &&
  (findAmount(sample, words) !== undefined || findDate(sample, words) !== undefined);

function guessSchema(sample: Sample, words: Word[]): string {
  const file = sample.fileName.slice(sample.fileName.lastIndexOf('/') + 1);
  const byFile = tellingFiles.find(([shape]) => shape.test(file));
  if (byFile !== undefined) return byFile[1];
  const has = (columns: readonly string[]) => words.some(([, word]) => columns.includes(word));
  const byColumn = tellingColumns.find(([columns]) => has(columns));
  if (byColumn !== undefined) return byColumn[1];
  // Where somebody is named in the row, its address is theirs; what has a place on the map and a date is what happened there.
  if (isOfParty(sample, words)) return 'LegalEntity';
  if (has(placeColumns)) return findDate(sample, words) === undefined ? 'Address' : 'Event';
  if (has(addressColumns)) return has(namingColumns) ? 'LegalEntity' : 'Address';
  return 'Thing';
}

/** How dates, decimals and "nothing" are written in the sample. */
function guessConventions(sample: Sample): { dates?: string; decimal?: string; nothing?: string[] } {
  let [dayFirst, monthFirst, comma, point] = [0, 0, 0, 0];
  const nothing = new Set<string>();
  for (const row of sample.rows) {
    for (const value of row) {
      const text = value.trim();
      if (text === '\\N' || text === '-0-') nothing.add(text);
      const date = /^(\d{1,2})[/-](\d{1,2})[/-]\d{4}$/.exec(text);
      if (date) {
        if (+date[1]! > 12) dayFirst++;
        if (+date[2]! > 12) monthFirst++;
      }
      if (/^[+-]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}$/.test(text)) comma++;
      if (/^[+-]?\d+\.\d+$/.test(text)) point++;
    }
  }
  return {
    ...(dayFirst > 0 && monthFirst === 0 && { dates: 'dmy' }),
    ...(monthFirst > 0 && dayFirst === 0 && { dates: 'mdy' }),
    ...(comma > 0 && point === 0 && { decimal: 'comma' }),
    ...(nothing.size > 0 && { nothing: [...nothing] }),
  };
}
