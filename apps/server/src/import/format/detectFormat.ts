/** Which format a file has, from its first decompressed bytes and its name. */

import type { Format } from '../source.ts';
import { looksLikeTable } from './csvDialect.ts';
import { guessEncoding } from './textEncoding.ts';

/** Undefined when nothing fits. `head` should hold some kilobytes; its end may cut a line. */
export function detectFormat(head: Buffer, fileName: string): Format | undefined {
  const name = fileName.toLowerCase().replace(/\.gz$/, '');
  if (head[0] === 0x50 && head[1] === 0x4b) return 'xlsx';
  const { encoding, mark } = guessEncoding(head);
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const bytes = head.subarray(mark);
  const text = (wide ? new TextDecoder(encoding).decode(bytes) : bytes.toString('utf8')).trimStart();
  if (text.startsWith('<')) return detectXml(text, name);
  if (text.startsWith('{') || text.startsWith('[')) return detectJson(text, name);
  // A name that promises another format is not contradicted by text that happens to have commas.
  if (/\.(json|ndjson|jsonl|ijson|xlsx|graphml|gexf|xml|svg|zip|pdf)$/.test(name)) return undefined;
  if (text === '') return undefined;
  const isTable = /\.(csv|tsv|tab|txt)$/.test(name);
  // Control characters are no text, unless the name insists: then the rows with them are rejected.
  if (!isTable && /(?![\t\n\v\f\r])\p{Cc}/u.test(text.slice(0, 4096))) return undefined;
  // Prose, code and notes are text too: without the name of a table it must look like one.
  return isTable || looksLikeTable(text) ? 'csv' : undefined;
}

function detectXml(text: string, name: string): Format | undefined {
  const root = /<([A-Za-z_][\w.-]*:)?(graphml|gexf)\b/.exec(text)?.[2];
  if (root === 'graphml' || root === 'gexf') return root;
  if (name.endsWith('.graphml')) return 'graphml';
  return name.endsWith('.gexf') ? 'gexf' : undefined;
}

function detectJson(text: string, name: string): Format {
  const stixType = /"type"\s*:\s*"(?:bundle|[a-z0-9-]{3,250})"/.test(text.slice(0, 4096));
  const stixId = /"id"\s*:\s*"[a-z0-9-]{3,250}--[0-9a-f]{8}-/.test(text.slice(0, 4096));
  const line = text.split('\n', 1)[0]!;
  const isLine =
    parses(line) || (!text.includes('\n') && /\.(nd|i)?json(l|lines)?$/.test(name) && !text.startsWith('['));
  if (text.startsWith('{') && isLine && !/"type"\s*:\s*"bundle"/.test(line)) {
    const entity = /"schema"\s*:\s*"[A-Za-z]/.test(line) && /"properties"\s*:\s*\{/.test(line);
    if (entity) return 'ftm';
    const alone = text.trimEnd() === line.trimEnd();
    if (stixType && stixId && alone) return 'stix';
    // One object alone in a file called .json is a document; with others after it, each is a line.
    return alone && name.endsWith('.json') ? 'json' : 'ndjson';
  }
  return stixType && stixId ? 'stix' : /"type"\s*:\s*"bundle"/.test(text.slice(0, 4096)) ? 'stix' : 'json';
}

function parses(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
