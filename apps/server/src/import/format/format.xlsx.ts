/** XLSX: the values of one sheet. Formulas give the value that was last computed; links, macros and looks are nothing. */
import { SummitError } from '@summit/process/errors';
import { excelDate } from '../../ontology/dates.ts';
import type { Columns } from '../mapping/mappingCells.ts';
import { reject } from '../rejecting.ts';
import { type FormatReader, limits, type ReadOptions, type SourceFile, type SourceRef } from '../source.ts';
import { headerNames } from './format.csv.ts';
import { mapTable, type TableRow } from './tabular.ts';
import { readSheets, readWorkbook, unescapeCell, type Workbook } from './workbook.ts';
import { parseXml, type XmlElement, type XmlHandler } from './xml.ts';
import { openZip } from './zip.ts';

export const xlsxReader: FormatReader = {
  format: 'xlsx',
  read: (file, options) =>
    mapTable(file, options, (columns, skip) => readXlsxTable(file, options, columns, skip)),
};

/** Names of the workbook's sheets, visible ones first. */
export async function xlsxSheets(file: SourceFile, options: ReadOptions): Promise<string[]> {
  const zip = await openZip(file, options);
  try {
    const { sheets } = await readSheets(zip, options);
    return sheets
      .toSorted((left, right) => Number(left.hidden) - Number(right.hidden))
      .map(({ name }) => name);
  } finally {
    zip.close();
  }
}

interface SheetRow {
  number: number;
  cells: (string | undefined)[];
}

export async function* readXlsxTable(
  file: SourceFile,
  options: ReadOptions,
  columns: Columns,
  skip: number,
): AsyncGenerator<TableRow[]> {
  const bounds = { ...limits, ...options.limits };
  const zip = await openZip(file, options);
  try {
    const workbook = await readWorkbook(zip, options);
    const sheet =
      options.sheet === undefined
        ? (workbook.sheets.find(({ hidden }) => !hidden) ?? workbook.sheets[0])
        : workbook.sheets.find(({ name }) => name === options.sheet);
    if (sheet === undefined) {
      const problem =
        options.sheet === undefined
          ? 'it has no sheet'
          : `it has no sheet called ${options.sheet.slice(0, 60)}`;
      throw new SummitError('FILE_DAMAGED', { problem });
    }
    const handler = new SheetHandler(workbook, bounds.columns);
    const part = { name: sheet.entry, bytes: zip.bytes(sheet.entry), open: () => zip.open(sheet.entry) };
    let header: number[] | undefined;
    let row = 0;
    for await (const _ of parseXml(part, options, 'worksheet', handler)) {
      const batch: TableRow[] = [];
      for (const found of handler.found) {
        if (header === undefined) {
          header = headerNames(Array.from(found.cells, (cell) => cell ?? '')).map((name) =>
            columns.number(name),
          );
          continue;
        }
        const ref: SourceRef = { row: ++row, line: found.number, path: `${sheet.name}!A${found.number}` };
        const names = header;
        if (row <= skip) batch.push({ ref });
        else if (found.cells.length > names.length) {
          const reason = `${found.cells.length} cells, but the header names ${names.length}`;
          batch.push({ ref, reject: reject(ref, 'COLUMN_COUNT', reason, JSON.stringify(found.cells)) });
        } else {
          const cells: (string | undefined)[] = [];
          found.cells.forEach((cell, at) => {
            while (cells.length <= names[at]!) cells.push(undefined);
            cells[names[at]!] = cell;
          });
          batch.push({ ref, cells, raw: () => JSON.stringify(found.cells) });
        }
      }
      handler.found = [];
      if (batch.length > 0) yield batch;
    }
  } finally {
    zip.close();
  }
}

class SheetHandler implements XmlHandler {
  found: SheetRow[] = [];
  readonly #workbook: Workbook;
  readonly #most: number;
  #row: SheetRow = { number: 0, cells: [] };
  #column = 0;
  #type = '';
  #style = 0;
  #value: string | undefined;
  #text = '';
  #phonetic = 0;

  constructor(workbook: Workbook, most: number) {
    this.#workbook = workbook;
    this.#most = most;
  }

  open({ name, attributes, line }: XmlElement): void {
    this.#text = '';
    if (name === 'row') {
      this.#row = { number: Number(attributes.r ?? this.#row.number + 1), cells: [] };
      this.#column = 0;
    } else if (name === 'c') {
      const at = attributes.r === undefined ? this.#column : columnNumber(attributes.r);
      if (at < 0 || at >= this.#most) {
        const problem = `a cell stands in column ${at + 1}; ${this.#most} are allowed (line ${line})`;
        throw new SummitError('FILE_DAMAGED', { problem });
      }
      this.#column = at;
      this.#type = attributes.t ?? 'n';
      this.#style = Number(attributes.s ?? 0);
      this.#value = undefined;
    } else if (name === 'rPh') this.#phonetic++;
  }

  text(text: string): void {
    this.#text += text;
  }

  close(name: string): void {
    if (name === 'v') this.#value = this.#text;
    else if (name === 't' && this.#phonetic === 0) this.#value = (this.#value ?? '') + this.#text;
    else if (name === 'rPh') this.#phonetic--;
    else if (name === 'c') {
      const cell = this.#cell();
      if (cell !== undefined && cell !== '') {
        const { cells } = this.#row;
        while (cells.length < this.#column) cells.push(undefined);
        cells[this.#column] = cell;
      }
      this.#column++;
    } else if (name === 'row' && this.#row.cells.length > 0) this.found.push(this.#row);
    this.#text = '';
  }

  #cell(): string | undefined {
    const value = this.#value;
    if (value === undefined) return undefined;
    switch (this.#type) {
      case 's':
        return this.#workbook.sharedTexts[Number(value)];
      case 'inlineStr':
      case 'str':
        return unescapeCell(value);
      case 'b':
        return value === '1' ? 'true' : 'false';
      case 'n':
        if (this.#workbook.dateStyles[this.#style] !== true) return value;
        return excelDate(Number(value), this.#workbook.from1904) ?? value;
      default:
        return value;
    }
  }
}

/** `AB12` is column 27, counted from 0; -1 for anything else. */
function columnNumber(reference: string): number {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference)?.[0];
  if (letters === undefined) return -1;
  let number = 0;
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}
