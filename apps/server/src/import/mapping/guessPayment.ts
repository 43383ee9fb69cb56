/** Tables in which a row is a payment: who paid, who was paid, how much. */
import type { Ontology } from '../../ontology/ontology.ts';
import { find, findId, type Guessed, type Sample, timeFormat, valuesOf, type Word } from './guessSample.ts';
import {
  amountWords,
  fromWords,
  payeeWords,
  payerWords,
  plain,
  propertyWords,
  schemaWords,
} from './guessWords.ts';

/** 'donorname' says the same as 'donor'. */
const bare = (word: string): string => word.replace(/(?:full)?names?$/, '');

/** Ids are one word with digits in it; a name has letters, and rarely is that. */
function holdsNames(values: string[]): boolean {
  const names = values.filter((value) => /\p{L}/u.test(value) && !/^\S*\d\S*$/.test(value.trim()));
  return values.length > 0 && names.length * 2 >= values.length;
}

function party(sample: Sample, words: Word[], called: readonly string[]): string | undefined {
  return words.find(([name, word]) => called.includes(bare(word)) && holdsNames(valuesOf(sample, name)))?.[0];
}

/** The column that names who gave, or else who was given something. */
export const findParty = (sample: Sample, words: Word[]): string | undefined =>
  party(sample, words, payerWords) ?? party(sample, words, payeeWords);

const AMOUNT = /^[+-]?\p{Sc}?\s?\d[\d.,'\s]*\p{Sc}?$/u;

export function findAmount(sample: Sample, words: Word[]): string | undefined {
  return words.find(([name, word]) => {
    const values = valuesOf(sample, name);
    const isCalledSo = amountWords.test(word) && !/date|year|id$|type$/.test(word);
    return isCalledSo && values.length > 0 && values.every((value) => AMOUNT.test(value.trim()));
  })?.[0];
}

const DATE = /^\d{4}-\d\d?(?:-\d|$)|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|^\d{4}[./]\d{1,2}[./]\d/;

export function findDate(sample: Sample, words: Word[]): string | undefined {
  const isDate = (name: string): boolean => {
    const values = valuesOf(sample, name);
    return (
      values.length > 0 &&
      (values.every((value) => DATE.test(value.trim())) || timeFormat(values) !== undefined)
    );
  };
  const called = find(words, fromWords);
  if (called !== undefined && isDate(called)) return called;
  return words.find(([name, word]) => /date$|^date/.test(word) && isDate(name))?.[0];
}

/** Undefined where a row does not name both sides and an amount. */
export function guessPayment(sample: Sample, words: Word[], ontology: Ontology): Guessed | undefined {
  const payer = party(sample, words, payerWords);
  const payee = party(sample, words, payeeWords);
  const amount = findAmount(sample, words);
  if (payer === undefined || payee === undefined || amount === undefined) return undefined;
  const date = findDate(sample, words);
  const becomes: Record<string, string> = { [payer]: 'who pays', [payee]: 'who is paid' };
  const [from, to] = [partyOf(sample, words, payer, becomes), partyOf(sample, words, payee, becomes)];

  const id = findId(sample, words);
  const properties: Record<string, object> = {
    payer: { entity: 'payer' },
    beneficiary: { entity: 'beneficiary' },
  };
  if (id !== undefined) {
    properties.id = { column: id };
    becomes[id] = 'key';
  }
  for (const [name, word] of words) {
    if (becomes[name] !== undefined) continue;
    const meant = name === amount ? amountProperty(word) : name === date ? 'date' : propertyWords[word];
    const known = ontology.schema('Payment')?.allProperties.get(meant ?? '');
    const property = known && known.type !== 'entity' && !(meant! in properties) ? meant! : name;
    const isDate = ontology.propertyType('Payment', property) === 'date';
    const format = isDate ? timeFormat(valuesOf(sample, name)) : undefined;
    properties[property] = { column: name, ...(format && { format }) };
    becomes[name] = `property ${property}`;
  }
  return {
    becomes,
    query: {
      entities: {
        payment: { schema: 'Payment', ...(id !== undefined && { id_column: id }), properties },
        payer: from,
        beneficiary: to,
      },
    },
  };
}

const amountProperty = (word: string): string =>
  word.endsWith('eur') ? 'amountEur' : word.endsWith('usd') ? 'amountUsd' : 'amount';

const PLACE = ['street', 'address', 'city', 'town', 'postalcode', 'postcode', 'zip', 'zipcode'];
const COUNTRY = ['country', 'countrycode'];

/** A record of one side: columns that follow its name and are of an address are its own, and a column `…type` says what it is. */
function partyOf(sample: Sample, words: Word[], column: string, becomes: Record<string, string>): object {
  const at = words.findIndex(([name]) => name === column);
  const own = (called: readonly string[]) => {
    const found: string[] = [];
    for (const [name, word] of words.slice(at + 1)) {
      if ([...payerWords, ...payeeWords].includes(bare(word))) break;
      if (called.includes(word)) found.push(name);
    }
    return found;
  };
  const properties: Record<string, object> = { name: { column } };
  const [place, [country]] = [own(PLACE), own(COUNTRY)];
  if (place.length > 0) properties.address = { columns: place, join: ', ' };
  if (country !== undefined) properties.country = { column: country };
  for (const name of place) becomes[name] = `address of ${column}`;
  if (country !== undefined) becomes[country] = `country of ${column}`;

  const type = words.find(([, word]) => word === `${bare(plain(column))}type`)?.[0];
  const said = type === undefined ? [] : [...new Set(valuesOf(sample, type))];
  const map = Object.fromEntries(said.flatMap((value) => typeOf(value)));
  const isKnown = Object.keys(map).length * 2 >= said.length && said.length > 0;
  if (isKnown) becomes[type!] = `type of ${column}`;
  return {
    schema: isKnown ? { column: type, otherwise: 'LegalEntity', map } : 'LegalEntity',
    key: [column],
    properties,
  };
}

/** What it stands for, if that can pay. */
function typeOf(value: string): [string, string][] {
  const schema = schemaWords[plain(value)];
  return schema !== undefined && ['Person', 'Company', 'Organization', 'LegalEntity'].includes(schema)
    ? [[value, schema]]
    : [];
}
