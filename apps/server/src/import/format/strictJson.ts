/**
 * JSON that is refused rather than repaired: depth is bounded, a key named twice, a number out of range, U+0000 and
 * lone surrogates are errors, `__proto__` is an ordinary key, and an integer beyond 2^53 keeps its digits.
 */
import type { RejectCode } from '../source.ts';

export type Json = string | number | boolean | null | BigNumber | Json[] | { [key: string]: Json };

/** An integer that a JavaScript number cannot hold, as written. */
export class BigNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): string {
    return this.text;
  }
}

export class JsonProblem extends Error {
  readonly code: RejectCode;
  constructor(code: RejectCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Parses one JSON text. Throws JsonProblem. */
export function parseStrictJson(text: string, depthLimit: number): Json {
  const members = countMembers(text, depthLimit);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new JsonProblem('BAD_SYNTAX', plainMessage(error as Error));
  }
  // Only an escape can bring in what raw UTF-8 text cannot hold.
  const found: Found = { members: 0, big: false, checkText: text.includes('\\u') };
  inspect(value, found);
  if (found.members !== members)
    throw new JsonProblem('DUPLICATE_KEY', `an object names a key twice: ${duplicateKey(text)}`);
  return found.big ? keepDigits(text) : value;
}

/**
 * Parses without the checks, for a first look at ids; undefined when it is not JSON, or too deep: two million brackets
 * would take the ordinary parser seconds and 150 MB.
 */
export function parseLoosely(text: string, depthLimit: number): unknown {
  try {
    countMembers(text, depthLimit);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Found {
  members: number;
  big: boolean;
  checkText: boolean;
}

function inspect(value: Json, found: Found): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new JsonProblem('NUMBER_RANGE', 'a number is too large');
    if (value >= 2 ** 53 || value <= -(2 ** 53)) found.big = true;
  } else if (typeof value === 'string') {
    if (found.checkText) checkText(value);
  } else if (Array.isArray(value)) {
    for (const item of value) inspect(item, found);
  } else if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    found.members += keys.length;
    for (const key of keys) {
      if (found.checkText) checkText(key);
      inspect((value as Record<string, Json>)[key]!, found);
    }
  }
}

function checkText(text: string): void {
  if (text.includes('\0'))
    throw new JsonProblem('NUL_BYTE', 'a text holds the character U+0000, which cannot be stored');
  if (!text.isWellFormed()) throw new JsonProblem('LONE_SURROGATE', 'a text holds half of a surrogate pair');
}

/** Counts `key: value` pairs by their colons outside of strings, and refuses depth on the way. Works on any text. */
function countMembers(text: string, depthLimit: number): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        // To the closing quote: the first one that an even number of backslashes precedes.
        let end = at;
        for (;;) {
          end = text.indexOf('"', end + 1);
          if (end < 0) return members;
          let slashes = 0;
          while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
          if (slashes % 2 === 0) break;
        }
        at = end;
        break;
      }
      case 0x3a:
        members++;
        break;
      case 0x7b:
      case 0x5b:
        if (++depth > depthLimit)
          throw new JsonProblem('TOO_DEEP', `nested deeper than ${depthLimit} levels`);
        break;
      case 0x7d:
      case 0x5d:
        depth--;
        break;
    }
  }
  return members;
}

type WithSource = (this: unknown, key: string, value: Json, context: { source?: string }) => Json;

function keepDigits(text: string): Json {
  const revive: WithSource = (_key, value, { source }) =>
    typeof value === 'number' && Math.abs(value) >= 2 ** 53 && source !== undefined && /^-?\d+$/.test(source)
      ? new BigNumber(source)
      : value;
  return JSON.parse(text, revive as (this: unknown, key: string, value: unknown) => unknown) as Json;
}

/** Names the first key that stands twice in one object. The text is valid JSON. */
function duplicateKey(text: string): string {
  const open: (Set<string> | undefined)[] = [];
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{') {
      open.push(new Set());
      expectKey = true;
    } else if (sign === '[') {
      open.push(undefined);
      expectKey = false;
    } else if (sign === '}' || sign === ']') {
      open.pop();
    } else if (sign === ',') {
      expectKey = open.at(-1) !== undefined;
    } else if (sign === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (!expectKey) continue;
      expectKey = false;
      const key = JSON.parse(text.slice(start, at + 1)) as string;
      if (open.at(-1)?.has(key)) return JSON.stringify(key.slice(0, 100));
      open.at(-1)?.add(key);
    }
  }
  return 'unknown';
}

function plainMessage(error: Error): string {
  return `not JSON: ${error.message.replace(/,? \.{3}.*| \(line.*$|, ".*$/s, '').slice(0, 160)}`;
}
