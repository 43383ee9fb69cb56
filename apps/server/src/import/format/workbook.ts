/** The parts of an XLSX workbook that say what its cells mean: sheets, shared texts, which styles are dates. */
import { SummitError } from '@summit/process/errors';
import type { ReadOptions } from '../source.ts';
import { parseXml, type XmlElement, type XmlHandler } from './xml.ts';
import type { ZipEntries } from './zip.ts';

export interface Sheet {
  name: string;
  /** Entry of the zip. */
  entry: string;
  hidden: boolean;
}
export interface Workbook {
  sheets: Sheet[];
  sharedTexts: string[];
  /** By number of cell style: whether its numbers are days. */
  dateStyles: boolean[];
  from1904: boolean;
}

/** Parses one entry of the zip. */
async function readPart(
  zip: ZipEntries,
  name: string,
  root: string,
  options: ReadOptions,
  handler: XmlHandler,
): Promise<void> {
  const part = { name, bytes: zip.bytes(name), open: () => zip.open(name) };
  for await (const _ of parseXml(part, options, root, handler));
}

const silent = { text: () => {}, close: () => {} };

/** Throws FILE_DAMAGED when it is no workbook. */
export async function readSheets(
  zip: ZipEntries,
  options: ReadOptions,
): Promise<Pick<Workbook, 'sheets' | 'from1904'>> {
  if (!zip.names.includes('xl/workbook.xml')) {
    throw new SummitError('FILE_DAMAGED', { problem: 'it is a zip file, but no XLSX workbook' });
  }
  const targets = new Map<string, string>();
  const relations = 'xl/_rels/workbook.xml.rels';
  if (zip.names.includes(relations)) {
    await readPart(zip, relations, 'Relationships', options, {
      ...silent,
      open: ({ attributes }) => {
        const { Id: id, Target: target, TargetMode: mode } = attributes;
        // What lies outside of the file is not a sheet of it.
        if (id !== undefined && target !== undefined && mode !== 'External') {
          targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
        }
      },
    });
  }
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readPart(zip, 'xl/workbook.xml', 'workbook', options, {
    ...silent,
    open: ({ name, attributes }) => {
      if (name === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
      if (name !== 'sheet' || attributes.name === undefined) return;
      const entry = targets.get(attributes.id ?? '') ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      if (!zip.names.includes(entry)) return;
      sheets.push({
        name: attributes.name,
        entry,
        hidden: attributes.state !== undefined && attributes.state !== 'visible',
      });
    },
  });
  return { sheets, from1904 };
}

export async function readWorkbook(zip: ZipEntries, options: ReadOptions): Promise<Workbook> {
  const about = await readSheets(zip, options);
  const sharedTexts: string[] = [];
  if (zip.names.includes('xl/sharedStrings.xml')) {
    await readPart(
      zip,
      'xl/sharedStrings.xml',
      'sst',
      options,
      new TextItems((text) => sharedTexts.push(text)),
    );
  }
  const dateStyles: boolean[] = [];
  if (zip.names.includes('xl/styles.xml')) {
    await readPart(zip, 'xl/styles.xml', 'styleSheet', options, new Styles(dateStyles));
  }
  return { ...about, sharedTexts, dateStyles };
}

/** Texts of `<si>`: runs joined, phonetic guides left out. */
class TextItems implements XmlHandler {
  readonly #found: (text: string) => void;
  #item = '';
  #text = '';
  #phonetic = 0;

  constructor(found: (text: string) => void) {
    this.#found = found;
  }
  open({ name }: XmlElement): void {
    if (name === 'si') this.#item = '';
    if (name === 'rPh') this.#phonetic++;
    this.#text = '';
  }
  text(text: string): void {
    this.#text += text;
  }
  close(name: string): void {
    if (name === 't' && this.#phonetic === 0) this.#item += this.#text;
    if (name === 'rPh') this.#phonetic--;
    if (name === 'si') this.#found(unescapeCell(this.#item));
    this.#text = '';
  }
}

/** Numbers of the built-in formats that show days or times. */
const builtInDates = (format: number) =>
  (format >= 14 && format <= 22) ||
  (format >= 27 && format <= 36) ||
  (format >= 45 && format <= 47) ||
  (format >= 50 && format <= 58);

class Styles implements XmlHandler {
  readonly #dates: boolean[];
  readonly #formats = new Map<number, boolean>();
  #inCells = false;

  constructor(dates: boolean[]) {
    this.#dates = dates;
  }
  open({ name, attributes }: XmlElement): void {
    if (name === 'numFmt')
      this.#formats.set(Number(attributes.numFmtId), showsDate(attributes.formatCode ?? ''));
    else if (name === 'cellXfs') this.#inCells = true;
    else if (name === 'xf' && this.#inCells) {
      const format = Number(attributes.numFmtId ?? 0);
      this.#dates.push(this.#formats.get(format) ?? builtInDates(format));
    }
  }
  text(): void {}
  close(name: string): void {
    if (name === 'cellXfs') this.#inCells = false;
  }
}

/** Whether a number format has a day, month or year in it, outside of quotes and brackets. */
function showsDate(code: string): boolean {
  return /[ymd]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '').replace(/general/i, ''));
}

/** `_x000D_` stands for a sign that XML cannot hold; U+0000 and half pairs stay as they are written. */
export function unescapeCell(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 0 || (code >= 0xd800 && code <= 0xdfff) ? whole : String.fromCharCode(code);
  });
}
