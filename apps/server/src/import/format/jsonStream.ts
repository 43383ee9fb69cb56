/**
 * Cuts a JSON document of any size into the elements of its one big array, without building the document: the root
 * array, or the array under `arrayKey` of the root object (any key, when none is given). Only bytes between the
 * elements are judged here; each element is parsed, strictly, by whoever wants it.
 */
import { SummitError } from '@summit/process/errors';

export type JsonPiece =
  | { kind: 'element'; bytes: Buffer; offset: number; length: number; index: number; tooLong?: true }
  /** Another member of the root object. */
  | { kind: 'member'; key: string; bytes: Buffer; offset: number; tooLong?: true }
  /** The array that is cut begins. */
  | { kind: 'array'; key: string | undefined };

type Place = 'root' | 'key' | 'colon' | 'member' | 'afterMember' | 'element' | 'afterElement' | 'end';

class JsonSlicer {
  readonly #arrayKey: string | undefined;
  readonly #limit: number;
  #place: Place = 'root';
  #rootIsArray = false;
  #sawArray = false;
  /** Whether `]` or `}` may come instead of a value: only directly after the opening bracket. */
  #mayEnd = true;
  #key = '';
  #index = 0;
  /** Offset of the chunk's first byte in the document. */
  #offset = 0;

  // The value that is being read.
  #kind: 'none' | 'nested' | 'string' | 'scalar' = 'none';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #start = 0;
  #length = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #memberBytes = 0;

  constructor(arrayKey: string | undefined, limit: number) {
    this.#arrayKey = arrayKey;
    this.#limit = limit;
  }

  push(chunk: Buffer, out: JsonPiece[]): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#kind !== 'none') {
        const end = this.#scan(chunk, at);
        this.#collect(chunk.subarray(at, end < 0 ? chunk.length : end));
        if (end < 0) break;
        at = end;
        this.#finish(out);
        continue;
      }
      const byte = chunk[at]!;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        at++;
        continue;
      }
      if (this.#sign(byte, this.#offset + at, out)) at++;
    }
    this.#offset += chunk.length;
  }

  end(out: JsonPiece[]): void {
    if (this.#kind === 'scalar') this.#finish(out);
    if (this.#place !== 'end') {
      throw damaged(
        this.#place === 'root' ? 'it is empty' : 'it ends in the middle of the JSON document',
        this.#offset,
      );
    }
  }

  /** Handles one byte between values; false when it begins a value, to be scanned from this byte on. */
  #sign(byte: number, offset: number, out: JsonPiece[]): boolean {
    switch (this.#place) {
      case 'root':
        if (byte === 0x5b) {
          this.#rootIsArray = true;
          this.#openArray(undefined, out);
        } else if (byte === 0x7b) this.#place = 'key';
        else throw damaged('it is neither a JSON object nor a JSON array', offset);
        return true;
      case 'key':
        if (byte === 0x7d && this.#mayEnd) this.#place = 'end';
        else if (byte === 0x22) this.#begin(byte, offset);
        else throw damaged('a key in quotes is expected', offset);
        return byte !== 0x22;
      case 'colon':
        if (byte !== 0x3a) throw damaged('a colon is expected', offset);
        this.#place = 'member';
        return true;
      case 'member':
        if (
          byte === 0x5b &&
          !this.#sawArray &&
          (this.#arrayKey === undefined || this.#arrayKey === this.#key)
        ) {
          this.#openArray(this.#key, out);
          return true;
        }
        this.#begin(byte, offset);
        return false;
      case 'afterMember':
        if (byte === 0x2c) {
          this.#place = 'key';
          this.#mayEnd = false;
        } else if (byte === 0x7d) this.#place = 'end';
        else throw damaged('a comma or } is expected', offset);
        return true;
      case 'element':
        if (byte === 0x5d && this.#mayEnd) {
          this.#closeArray();
          return true;
        }
        this.#begin(byte, offset);
        return false;
      case 'afterElement':
        if (byte === 0x2c) {
          this.#place = 'element';
          this.#mayEnd = false;
        } else if (byte === 0x5d) this.#closeArray();
        else throw damaged('a comma or ] is expected', offset);
        return true;
      case 'end':
        throw damaged('something follows the end of the JSON document', offset);
    }
  }

  #openArray(key: string | undefined, out: JsonPiece[]): void {
    this.#place = 'element';
    this.#sawArray = true;
    this.#mayEnd = true;
    out.push({ kind: 'array', key });
  }

  #closeArray(): void {
    this.#place = this.#rootIsArray ? 'end' : 'afterMember';
  }

  #begin(byte: number, offset: number): void {
    if (byte === 0x7b || byte === 0x5b) this.#kind = 'nested';
    else if (byte === 0x22) this.#kind = 'string';
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a))
      this.#kind = 'scalar';
    else throw damaged('a JSON value is expected', offset);
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#start = offset;
    this.#length = 0;
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** Index just after the value that is being read, or -1 when it goes on in the next chunk. */
  #scan(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#kind === 'scalar') {
      for (; at < chunk.length; at++) {
        const byte = chunk[at]!;
        if (byte === 0x2c || byte === 0x5d || byte === 0x7d || byte <= 0x20) return at;
      }
      return -1;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) {
          this.#inString = false;
          if (this.#kind === 'string') return at + 1;
        }
      } else if (byte === 0x22) this.#inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.#depth++;
      else if ((byte === 0x7d || byte === 0x5d) && --this.#depth <= 0) return at + 1;
    }
    return -1;
  }

  #collect(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#partBytes > this.#limit) return;
    // Copied, because a held slice would keep its whole chunk alive.
    this.#parts.push(Buffer.from(bytes));
    this.#partBytes += bytes.length;
  }

  #finish(out: JsonPiece[]): void {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const tooLong = this.#length > this.#limit;
    this.#kind = 'none';
    this.#parts = [];
    if (this.#place === 'key') {
      this.#key = keyText(bytes, this.#start, tooLong);
      this.#place = 'colon';
      return;
    }
    const piece = {
      bytes: tooLong ? bytes.subarray(0, 64 * 1024) : bytes,
      offset: this.#start,
      ...(tooLong && { tooLong }),
    };
    if (this.#place === 'member') {
      // Whoever reads holds them all until the document ends.
      this.#memberBytes += piece.bytes.length + this.#key.length + 100;
      if (this.#memberBytes > this.#limit * 2)
        throw damaged('too much stands beside the list in it', this.#start);
      out.push({ kind: 'member', key: this.#key, ...piece });
      this.#place = 'afterMember';
    } else {
      out.push({ kind: 'element', length: this.#length, index: this.#index++, ...piece });
      this.#place = 'afterElement';
    }
  }
}

function keyText(bytes: Buffer, offset: number, tooLong: boolean): string {
  try {
    if (!tooLong) return JSON.parse(bytes.toString('utf8')) as string;
  } catch {
    // Falls through: not a JSON string.
  }
  throw damaged('a key is not a JSON text', offset);
}

function damaged(problem: string, byteOffset: number): SummitError {
  return new SummitError('FILE_DAMAGED', { problem: `${problem} (byte ${byteOffset})`, byteOffset });
}

/** Pieces of a document, a batch a chunk. Throws FILE_DAMAGED where the document itself is broken. */
export async function* sliceJson(
  chunks: AsyncIterable<Buffer>,
  arrayKey: string | undefined,
  limit: number,
): AsyncGenerator<JsonPiece[]> {
  const slicer = new JsonSlicer(arrayKey, limit);
  let first = true;
  for await (const chunk of chunks) {
    const out: JsonPiece[] = [];
    const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    slicer.push(marked ? Buffer.concat([Buffer.from('   '), chunk.subarray(3)]) : chunk, out);
    first = false;
    if (out.length > 0) yield out;
  }
  const out: JsonPiece[] = [];
  slicer.end(out);
  if (out.length > 0) yield out;
}
