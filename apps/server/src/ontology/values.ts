/** Typed values: the one written form of what can be understood. What cannot stays as the source wrote it. */
import { isIP } from 'node:net';
import { countryCode } from './countries.ts';
import { type DateOrder, dateByFormat, isoDate } from './dates.ts';
import type { PropertyType } from './ontology.ts';

export interface CleaningRules {
  dateOrder?: DateOrder;
  /** strptime format, `unix`, `unix_ms` or `excel`. */
  dateFormat?: string;
  /** Decimal sign of numbers in the source; the other one groups thousands. */
  decimal?: '.' | ',';
}
export interface CleanValue {
  value: string;
  /** False: the value is kept as written, its type could not be read from it. */
  understood: boolean;
}

/** Normalises one value; undefined only for a text without any letter, digit or sign. */
export function cleanValue(
  type: PropertyType,
  text: string,
  rules: CleaningRules = {},
): CleanValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const normal = normalForm(type, trimmed, rules);
  return normal === undefined ? { value: text, understood: false } : { value: normal, understood: true };
}

function normalForm(type: PropertyType, text: string, rules: CleaningRules): string | undefined {
  switch (type) {
    case 'country':
      return countryCode(text);
    case 'date':
      return rules.dateFormat ? dateByFormat(text, rules.dateFormat) : isoDate(text, rules.dateOrder);
    case 'name':
      return text.replace(/\s+/g, ' ');
    case 'number':
    case 'geo':
      return cleanNumber(text, rules.decimal ?? '.');
    case 'email': {
      const at = text.replace(/^mailto:/i, '');
      const match = /^([^\s@]{1,64})@([^\s@]{1,253})$/.exec(at);
      return match ? `${match[1]}@${match[2]!.toLowerCase()}` : undefined;
    }
    case 'phone': {
      const digits = text
        .replace(/^(\+.*)\(0\)/, '$1')
        .replace(/[\s().\-/]/g, '')
        .replace(/^00/, '+');
      return /^\+?\d{5,15}$/.test(digits) ? digits : undefined;
    }
    case 'url':
      return /^[a-z][a-z\d+.-]*:\S+$/i.test(text) ? text : undefined;
    case 'ip':
      return isIP(text) > 0 ? text.toLowerCase() : undefined;
    case 'checksum':
      return /^[\da-f]+$/i.test(text) ? text.toLowerCase() : undefined;
    case 'gender': {
      const word = text.toLowerCase();
      if (['m', 'male', 'man'].includes(word)) return 'male';
      if (['f', 'female', 'woman'].includes(word)) return 'female';
      return word === 'other' ? 'other' : undefined;
    }
    case 'language':
    case 'mimetype':
      return text.toLowerCase();
    default:
      return text;
  }
}

/** A decimal number with a point and without groups; digits are never rounded or dropped. */
function cleanNumber(text: string, decimal: '.' | ','): string | undefined {
  const shape =
    decimal === '.'
      ? /^[+-]?(?:\d+|\d{1,3}(?:[, '’\u00a0\u202f]\d{3})+)(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i
      : /^[+-]?(?:\d+|\d{1,3}(?:[. '’\u00a0\u202f]\d{3})+)(?:,\d+)?$/;
  if (!shape.test(text)) return undefined;
  if (decimal === '.') return text.replace(/[, '’\u00a0\u202f]/g, '');
  return text.replace(/[. '’\u00a0\u202f]/g, '').replace(',', '.');
}
