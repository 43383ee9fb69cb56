/**
 * RFC 4180 rows from physical lines: own tokenizer, because a bad row must be rejected alone, with its place, in
 * bounded memory. A quote opens only at the start of a cell; whatever else is odd is refused, never repaired.
 */

import type { RejectCode } from '../source.ts';
import type { Line } from './lines.ts';

export interface CsvRow {
  cells: string[];
  line: number;
  offset: number;
  length: number;
  /** Present instead of usable cells. */
  problem?: { code: RejectCode; reason: string };
  /** The row as it stands in the file, without its last terminator. */
  raw: string;
}

/** A physical line as text. */
export interface TextLine {
  text: string;
  line: Line;
  /** Why it cannot be part of any row. */
  problem?: { code: RejectCode; reason: string };
}

export interface CsvShape {
  delimiter: string;
  /** Bytes that a row over several lines may have. */
  rowBytes: number;
  /** `\"` inside quotes is a quote, as MySQL and Hadoop write it. */
  backslash?: boolean;
  /** Spaces between a delimiter and a quote belong to neither: `a, "b"`. */
  padded?: boolean;
}

type Split = { cells: string[] } | { open: true } | { problem: { code: RejectCode; reason: string } };

/** Lines of one row; a line that is held takes hundreds of bytes however short it is. */
const LINES_MOST = 100_000;

/** Feeds on lines in order; each call gives the rows that are complete with it. */
export class CsvAssembler {
  readonly #shape: CsvShape;
  /** Lines of a row whose quote is still open. */
  #pending: TextLine[] = [];
  #pendingBytes = 0;
  #state: CellState | undefined;

  constructor(shape: CsvShape) {
    this.#shape = shape;
  }

  push(line: TextLine, out: CsvRow[]): void {
    if (this.#pending.length === 0 && line.problem === undefined && !line.text.includes('"')) {
      if (line.text === '') return;
      out.push({
        cells: line.text.split(this.#shape.delimiter),
        line: line.line.number,
        offset: line.line.offset,
        length: line.line.length,
        raw: line.text,
      });
      return;
    }
    // The last one is next: what has to be looked at again may be 100,000 lines.
    const stack = [line];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const again = this.#take(next, out);
      for (let at = again.length - 1; at >= 0; at--) stack.push(again[at]!);
    }
  }

  end(out: CsvRow[]): void {
    while (this.#pending.length > 0) {
      const again = this.#giveUp(out);
      for (const line of again) this.push(line, out);
    }
  }

  /** Takes one line; returns lines that must be looked at again because the row before them proved broken. */
  #take(line: TextLine, out: CsvRow[]): TextLine[] {
    if (this.#pending.length === 0 && line.problem !== undefined) {
      out.push(asRow([line], [], line.problem));
      return [];
    }
    if (this.#pending.length === 0 && line.text === '') return [];
    this.#state ??= new CellState(this.#shape);
    this.#pending.push(line);
    this.#pendingBytes += line.line.length;
    const result: Split =
      line.problem === undefined ? this.#state.feed(line.text) : { problem: line.problem };
    if ('cells' in result) {
      out.push(asRow(this.#pending, result.cells));
      this.#reset();
      return [];
    }
    if ('open' in result) {
      if (this.#pendingBytes > this.#shape.rowBytes || this.#pending.length > LINES_MOST)
        return this.#giveUp(out);
      this.#state.newline(line.line.terminator);
      return [];
    }
    if (this.#pending.length > 1) return this.#giveUp(out);
    out.push(asRow(this.#pending, [], result.problem));
    this.#reset();
    return [];
  }

  /** The quote of the first pending line never closes well: that line is the reject, the others get a new chance. */
  #giveUp(out: CsvRow[]): TextLine[] {
    const [first, ...others] = this.#pending;
    const reason = 'a quote opens here and does not close properly';
    out.push(asRow([first!], [], first!.problem ?? { code: 'UNCLOSED_QUOTE', reason }));
    this.#reset();
    return others;
  }

  #reset(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#state = undefined;
  }
}

function asRow(lines: TextLine[], cells: string[], problem?: CsvRow['problem']): CsvRow {
  const [first] = lines;
  const last = lines.at(-1)!.line;
  return {
    cells,
    line: first!.line.number,
    offset: first!.line.offset,
    length: last.offset + last.length - first!.line.offset,
    raw: lines.length === 1 ? first!.text : lines.map(({ text, line }) => text + line.terminator).join(''),
    ...(problem && { problem }),
  };
}

/** Splits a row into cells over as many lines as its quotes span, looking at each sign once. */
class CellState {
  readonly #delimiter: string;
  readonly #backslash: boolean;
  readonly #padded: boolean;
  readonly #cells: string[] = [];
  /** Content so far of the quoted cell that is open, or undefined outside of quotes. */
  #quoted: string | undefined;

  constructor(shape: CsvShape) {
    this.#delimiter = shape.delimiter;
    this.#backslash = shape.backslash === true;
    this.#padded = shape.padded === true;
  }

  newline(terminator: string): void {
    this.#quoted += terminator;
  }

  feed(text: string): Split {
    let at = 0;
    for (;;) {
      if (this.#quoted !== undefined) {
        const close = this.#closing(text, at);
        if (close < 0) return { open: true };
        at = close + 1;
        const value: string = this.#quoted;
        this.#quoted = undefined;
        this.#cells.push(value);
        if (at === text.length) return { cells: this.#cells };
        if (!text.startsWith(this.#delimiter, at)) {
          const reason = `text follows a closing quote at character ${at + 1} of the line`;
          return { problem: { code: 'BAD_SYNTAX', reason } };
        }
        at += this.#delimiter.length;
      }
      if (this.#padded) at = afterPadding(text, at);
      if (text.charCodeAt(at) === 0x22) {
        this.#quoted = '';
        at++;
        continue;
      }
      const end = text.indexOf(this.#delimiter, at);
      if (end < 0) {
        this.#cells.push(text.slice(at));
        return { cells: this.#cells };
      }
      this.#cells.push(text.slice(at, end));
      at = end + this.#delimiter.length;
    }
  }

  /** Position of the closing quote, with the content before it added; -1 when the line ends first. */
  #closing(text: string, from: number): number {
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      const slash = this.#backslash ? text.indexOf('\\', at) : -1;
      if (slash >= 0 && (quote < 0 || slash < quote) && '"\\'.includes(text[slash + 1] ?? ' ')) {
        this.#quoted += text.slice(at, slash) + text[slash + 1]!;
        at = slash + 2;
        continue;
      }
      if (slash >= 0 && (quote < 0 || slash < quote)) {
        this.#quoted += text.slice(at, slash + 1);
        at = slash + 1;
        continue;
      }
      if (quote < 0) {
        this.#quoted += text.slice(at);
        return -1;
      }
      this.#quoted += text.slice(at, quote);
      if (text.charCodeAt(quote + 1) !== 0x22) return quote;
      this.#quoted += '"';
      at = quote + 2;
    }
  }
}

/** Position of the quote that follows spaces here, else the position given. */
function afterPadding(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x20) at++;
  return text.charCodeAt(at) === 0x22 ? at : from;
}
