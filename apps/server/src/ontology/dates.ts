/**
 * Dates with the precision that the source gives: `2019`, `2019-05`, `2019-05-03`, `2019-05-03T10:00:00Z`. A date
 * that is not certain (01/02/2020 without a known order, 30 February) stays as it was written.
 */
export type DateOrder = 'dmy' | 'mdy';

const daysIn = (year: number, month: number) =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31;
const two = (value: number | string) => String(value).padStart(2, '0');

const isoShape =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(\.\d{1,9})?)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;
const canonical = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)?$/;

/** The date in ISO form, or undefined when the text is no date that can be known for sure. */
export function isoDate(text: string, order?: DateOrder): string | undefined {
  // The common cases without a regex match object: 8 times as fast on a million birthdays.
  if ((text.length === 10 || text.length === 20) && canonical.test(text) && !text.startsWith('0000'))
    return text;
  if (text.length > 40) return undefined;
  const trimmed = text.trim();
  const iso = isoShape.exec(trimmed);
  if (iso) return fromParts(iso);
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(trimmed);
  if (compact) return day(compact[1]!, compact[2]!, compact[3]!);
  const yearFirst = /^(\d{4})[./](\d{1,2})(?:[./](\d{1,2}))?$/.exec(trimmed);
  if (yearFirst) {
    return yearFirst[3] === undefined
      ? month(yearFirst[1]!, yearFirst[2]!)
      : day(yearFirst[1]!, yearFirst[2]!, yearFirst[3]);
  }
  const yearLast = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(trimmed);
  if (yearLast)
    return ordered(yearLast[1]!, yearLast[3]!, yearLast[4]!, yearLast[2] === '.' ? (order ?? 'dmy') : order);
  return spelled(trimmed);
}

function fromParts(parts: RegExpExecArray): string | undefined {
  const [, year, monthText, dayText, hour, minute, second, fraction, zone] = parts;
  if (year === '0000') return undefined;
  if (monthText === undefined) return year;
  if (dayText === undefined) return month(year!, monthText);
  const date = day(year!, monthText, dayText);
  if (date === undefined || hour === undefined) return date;
  if (+hour > 23 || +(minute ?? 0) > 59 || +(second ?? 0) > 60) return undefined;
  if (minute === undefined) return `${date}T${hour}`;
  const time =
    second === undefined ? `${hour}:${minute}` : `${hour}:${minute}:${second}${trimFraction(fraction)}`;
  if (zone === undefined) return `${date}T${time}`;
  if (zone === 'Z' || /^[+-]00:?00$/.test(zone)) return `${date}T${time}Z`;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const at = new Date(`${date}T${hour}:${minute}:${second ?? '00'}${offset}`);
  if (Number.isNaN(at.getTime())) return undefined;
  const shifted = at.toISOString();
  return second === undefined
    ? `${shifted.slice(0, 16)}Z`
    : `${shifted.slice(0, 19)}${trimFraction(fraction)}Z`;
}

/** `.500` and `.5` are one moment, `.000` is none. */
function trimFraction(fraction: string | undefined): string {
  if (fraction === undefined) return '';
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '.' ? '' : trimmed;
}

function month(year: string, monthText: string): string | undefined {
  return +monthText >= 1 && +monthText <= 12 && year !== '0000' ? `${year}-${two(monthText)}` : undefined;
}

function day(year: string, monthText: string, dayText: string): string | undefined {
  const inMonth = month(year, monthText);
  if (inMonth === undefined || +dayText < 1 || +dayText > daysIn(+year, +monthText)) return undefined;
  return `${inMonth}-${two(dayText)}`;
}

function ordered(
  first: string,
  second: string,
  year: string,
  order: DateOrder | undefined,
): string | undefined {
  if (order === 'dmy') return day(year, second, first);
  if (order === 'mdy') return day(year, first, second);
  if (+first > 12) return day(year, second, first);
  if (+second > 12) return day(year, first, second);
  return first === second ? day(year, first, second) : undefined;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
function spelled(text: string): string | undefined {
  const dayFirst = /^(?:(\d{1,2})(?:st|nd|rd|th)?[ -])?([A-Za-z]{3,9})[ -](\d{4})$/.exec(text);
  const monthFirst = /^([A-Za-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?, (\d{4})$/.exec(text);
  const [dayText, name, year] = dayFirst
    ? [dayFirst[1], dayFirst[2]!, dayFirst[3]!]
    : monthFirst
      ? [monthFirst[2], monthFirst[1]!, monthFirst[3]!]
      : [];
  if (name === undefined || year === undefined) return undefined;
  const number = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (number === 0) return undefined;
  return dayText === undefined ? month(year, String(number)) : day(year, String(number), dayText);
}

/** Reads a date by a strptime format (`%d.%m.%Y`), by `unix`, `unix_ms` or by `excel` (day number, 1900 system). */
export function dateByFormat(text: string, format: string): string | undefined {
  const number = Number(text);
  if (format === 'unix' || format === 'unix_ms') {
    const at = new Date(format === 'unix' ? number * 1000 : number);
    return text.trim() === '' || Number.isNaN(at.getTime())
      ? undefined
      : at.toISOString().replace('.000Z', 'Z');
  }
  if (format === 'excel') return excelDate(number);
  const names: string[] = [];
  const shape = format
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%([YmdHMSyBb])/g, (_, code: string) => {
      names.push(code);
      return code === 'Y' ? '(\\d{4})' : code === 'B' || code === 'b' ? '([A-Za-z]+)' : '(\\d{1,2})';
    });
  const match = new RegExp(`^${shape}$`).exec(text.trim());
  if (!match) return undefined;
  const got: Record<string, string> = {};
  names.forEach((code, at) => {
    got[code] = match[at + 1]!;
  });
  const year = got.Y ?? (got.y === undefined ? undefined : `${+got.y >= 69 ? '19' : '20'}${two(got.y)}`);
  const word = got.B ?? got.b;
  const monthText =
    got.m ?? (word === undefined ? undefined : String(months.indexOf(word.slice(0, 3).toLowerCase()) + 1));
  if (year === undefined) return undefined;
  if (monthText === undefined) return year;
  if (got.d === undefined) return month(year, monthText);
  const date = day(year, monthText, got.d);
  if (date === undefined || got.H === undefined) return date;
  return `${date}T${two(got.H)}:${two(got.M ?? '00')}${got.S === undefined ? '' : `:${two(got.S)}`}`;
}

/** Day number of a spreadsheet (1900 system, with its invented 29 February 1900) as a date or a time. */
export function excelDate(number: number, from1904 = false): string | undefined {
  if (!Number.isFinite(number) || number < (from1904 ? 0 : 1) || number > 2_958_465) return undefined;
  const days = from1904 ? number + 1462 : number < 60 ? number + 1 : number;
  const at = new Date(Math.round((days - 25_569) * 86_400) * 1000).toISOString();
  return Number.isInteger(number) ? at.slice(0, 10) : at.replace('.000Z', '');
}
