/** NDJSON: one strict JSON object a line, each with its place or with the reject that the line is. */
import { isUtf8 } from 'node:buffer';
import { invalidUtf8At, reject } from '../rejecting.ts';
import { limits, type ReadOptions, type SourceFile, type SourceObject, type SourceRef } from '../source.ts';
import { readBytes } from './bytes.ts';
import { readLines } from './lines.ts';
import { type Json, JsonProblem, parseLoosely, parseStrictJson } from './strictJson.ts';
import { asUtf8 } from './textEncoding.ts';

export type JsonObject = { [key: string]: Json };
export interface JsonLine {
  ref: SourceRef;
  object?: JsonObject;
  reject?: SourceObject & { fate: 'reject' };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** @param skip lines with content that are passed over without being parsed (they come with neither object nor reject). */
export async function* readJsonLines(
  file: SourceFile,
  options: ReadOptions,
  skip = 0,
): AsyncGenerator<JsonLine[]> {
  const bounds = { ...limits, ...options.limits };
  let row = 0;
  for await (const lines of readLines(asUtf8(readBytes(file, options)), {
    loneReturns: false,
    limit: bounds.rowBytes,
  })) {
    const batch: JsonLine[] = [];
    for (const line of lines) {
      let { bytes } = line;
      if (line.offset === 0 && bytes.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3);
      if (bytes.length === 0 || isBlank(bytes)) continue;
      row++;
      const ref: SourceRef = { row, line: line.number, byteOffset: line.offset, byteLength: line.length };
      if (row <= skip) batch.push({ ref });
      else if (line.tooLong) {
        const reason = `the line is longer than ${bounds.rowBytes} bytes`;
        batch.push({ ref, reject: reject(ref, 'ROW_TOO_LONG', reason, bytes) });
      } else batch.push(parseJsonRow(bytes, ref, bounds.depth));
    }
    if (batch.length > 0) yield batch;
  }
}

/** Parses the bytes of one object. */
export function parseJsonRow(bytes: Buffer, ref: SourceRef, depth: number): JsonLine {
  if (!isUtf8(bytes)) {
    const at = invalidUtf8At(bytes);
    const reason = `byte ${(ref.byteOffset ?? 0) + at} is not UTF-8`;
    return { ref, reject: reject(ref, 'BAD_ENCODING', reason, bytes) };
  }
  const text = bytes.toString('utf8');
  try {
    const value = parseStrictJson(text, depth);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { ref, object: value as JsonObject };
    return { ref, reject: reject(ref, 'NOT_AN_OBJECT', 'an object { … } is expected here', text) };
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    return { ref, reject: reject(ref, problem.code, problem.message, text) };
  }
}

/**
 * Calls `see` with the text that each line has under `key`, without parsing lines in which that key comes first. Lines
 * that are not JSON are left to the pass that rejects them.
 */
export async function seeIds(
  file: SourceFile,
  options: ReadOptions,
  key: string,
  see: (id: string) => void,
): Promise<void> {
  const start = new RegExp(
    `^\\s*\\{\\s*${JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:\\s*"([^"\\\\]*)"`,
  );
  const { rowBytes: limit, depth } = { ...limits, ...options.limits };
  for await (const lines of readLines(asUtf8(readBytes(file, options)), { loneReturns: false, limit })) {
    for (const { bytes, tooLong } of lines) {
      if (tooLong || bytes.length === 0) continue;
      const quick = start.exec(bytes.toString('utf8', 0, Math.min(bytes.length, 300)));
      if (quick !== null) {
        see(quick[1]!);
        continue;
      }
      // What is not JSON is rejected, with its reason, by the second pass.
      const id = (
        parseLoosely(bytes.toString('utf8'), depth) as Record<string, unknown> | null | undefined
      )?.[key];
      if (typeof id === 'string' || typeof id === 'number') see(String(id));
    }
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  return true;
}
