/** Which encoding a text file has, and its bytes as UTF-8 without ever replacing what is wrong in them. */
import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../source.ts';

export type { Encoding };
export interface GuessedEncoding {
  encoding: Encoding;
  /** Bytes of the mark at the start of the file. */
  mark: number;
}

/** Guesses from the first bytes of a file. Text that is no UTF-8 is taken for windows-1252, and said so. */
export function guessEncoding(head: Buffer): GuessedEncoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  // Text without a mark in UTF-16 shows as a zero in nearly every second byte.
  let even = 0;
  let odd = 0;
  const looked = Math.min(head.length, 4096) & ~1;
  for (let at = 0; at < looked; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  if (looked >= 4 && odd > looked * 0.2 && even < looked * 0.02) return { encoding: 'utf-16le', mark: 0 };
  if (looked >= 4 && even > looked * 0.2 && odd < looked * 0.02) return { encoding: 'utf-16be', mark: 0 };
  return { encoding: looksUtf8(head) ? 'utf-8' : 'windows-1252', mark: 0 };
}

/** A file with a few broken rows is still UTF-8: most of its non-ASCII lines are valid. */
function looksUtf8(head: Buffer): boolean {
  if (isUtf8(head)) return true;
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < head.length; ) {
    const newline = head.indexOf(10, at);
    const end = newline < 0 ? head.length : newline;
    const line = head.subarray(at, end);
    if (line.some((byte) => byte >= 0x80) && (newline >= 0 || head.length < 1024))
      isUtf8(line) ? valid++ : invalid++;
    at = end + 1;
  }
  return valid > invalid;
}

const upper1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** One line of a file in an encoding that keeps ASCII; undefined when the bytes are not valid in it. */
export function decodeLine(bytes: Buffer, encoding: Encoding): string | undefined {
  if (encoding === 'latin1') return bytes.toString('latin1');
  if (encoding === 'windows-1252') {
    const text = bytes.toString('latin1');
    return /[\x80-\x9f]/.test(text)
      ? text.replace(/[\x80-\x9f]/g, (sign) => upper1252[sign.charCodeAt(0) - 0x80]!)
      : text;
  }
  if (encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  try {
    return decoderOf(encoding).decode(bytes);
  } catch {
    return undefined;
  }
}

const decoders = new Map<Encoding, TextDecoder>();
function decoderOf(encoding: Encoding): TextDecoder {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  decoders.set(encoding, decoder);
  return decoder;
}

/**
 * UTF-16 as UTF-8 bytes. Half a surrogate pair becomes the three bytes that UTF-8 forbids, so that the row in which
 * it stands is refused later instead of being repaired here.
 */
export async function* utf16ToUtf8(
  chunks: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let end = data.length & ~1;
    // A high surrogate at the end waits for its other half.
    const high = end >= 2 ? data[encoding === 'utf-16le' ? end - 1 : end - 2]! : 0;
    if (high >= 0xd8 && high <= 0xdb) end -= 2;
    rest = data.subarray(end);
    if (end > 0) yield encodeUtf8(unitsOf(data.subarray(0, end), encoding));
  }
  if (rest.length >= 2) yield encodeUtf8(unitsOf(rest.subarray(0, rest.length & ~1), encoding));
  if (rest.length % 2 === 1) yield Buffer.from([0xff]); // half a unit: not UTF-8, so its row is refused
}

function unitsOf(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  return encoding === 'utf-16le'
    ? bytes.toString('utf16le')
    : Buffer.from(bytes).swap16().toString('utf16le');
}

function encodeUtf8(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) {
      at++;
      continue;
    }
    parts.push(Buffer.from(text.slice(from, at), 'utf8'));
    parts.push(Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]));
    from = at + 1;
  }
  parts.push(Buffer.from(text.slice(from), 'utf8'));
  return Buffer.concat(parts);
}

/** UTF-16 units that UTF-8 bytes stand for. */
export function unitsIn(bytes: Buffer): number {
  let units = 0;
  for (const byte of bytes) {
    if ((byte & 0xc0) !== 0x80) units++;
    if (byte >= 0xf0) units++;
  }
  return units;
}

/** Bytes of a text that must be UTF-8: UTF-16 is turned into it, anything else is handed on as it is. */
export async function* asUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  try {
    for (let have = 0; have < 4; ) {
      const next = await source.next();
      if (next.done) break;
      head.push(next.value);
      have += next.value.length;
    }
    const start = Buffer.concat(head);
    const { encoding, mark } = guessEncoding(start.subarray(0, 4096));
    const all = async function* () {
      yield start.subarray(encoding.startsWith('utf-16') ? mark : 0);
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    };
    yield* encoding === 'utf-16le' || encoding === 'utf-16be' ? utf16ToUtf8(all(), encoding) : all();
  } finally {
    await source.return?.();
  }
}
