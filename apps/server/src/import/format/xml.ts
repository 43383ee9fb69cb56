/**
 * XML as a stream of elements, for graph files. A document type is refused, so that no entity of its own exists;
 * depth, attributes and the number of character references are bounded. Nothing outside of the file is ever opened.
 */
import { SummitError } from '@summit/process/errors';
import { SaxesParser } from 'saxes';
import type { ReadOptions, SourceFile } from '../source.ts';
import { readBytes } from './bytes.ts';

export interface XmlElement {
  /** Name without its prefix. */
  name: string;
  attributes: Record<string, string>;
  /** 1-based line, and offset in characters (bytes where the text is ASCII), of the tag's end. */
  line: number;
  position: number;
}
export interface XmlHandler {
  open(element: XmlElement): void;
  text(text: string): void;
  close(name: string): void;
}

const depthLimit = 100;
const attributeLimit = 256;
const pieceLimit = 8 * 1024 * 1024;
const elementTextLimit = 4 * 1024 * 1024;
const allowedEncodings = /^(?:utf-?8|us-ascii|ascii|iso-8859-1|latin-?1|windows-1252)$/i;

/** Feeds the document, whose outermost element must be `root`, to the handler; yields after each chunk, so that what was found can be passed on. */
export async function* parseXml(
  file: SourceFile,
  options: ReadOptions,
  root: string,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: true });
  let depth = 0;
  let textLength = 0;
  let consumed = 0;
  /** Position of the last event. */
  let heard = 0;
  let problem: SummitError | undefined;
  const refuse = (reason: string) => {
    problem ??= new SummitError('FILE_DAMAGED', {
      problem: `${reason} (line ${parser.line})`,
      line: parser.line,
    });
    throw problem;
  };
  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', () => refuse('it has a document type (DTD), which is refused'));
  parser.on('comment', () => {
    heard = parser.position;
  });
  parser.on('opentag', (tag) => {
    heard = parser.position;
    if (++depth > depthLimit) refuse(`its elements are nested deeper than ${depthLimit} levels`);
    const attributes: Record<string, string> = {};
    const entries = Object.entries(tag.attributes as Record<string, string>);
    if (entries.length > attributeLimit) refuse(`an element has more than ${attributeLimit} attributes`);
    for (const [name, value] of entries) {
      if (!name.startsWith('xmlns') && name !== '__proto__') attributes[local(name)] ??= value;
    }
    if (depth === 1 && local(tag.name) !== root)
      refuse(`its root is <${tag.name.slice(0, 60)}>, not <${root}>`);
    textLength = 0;
    handler.open({ name: local(tag.name), attributes, line: parser.line, position: parser.position });
  });
  const onText = (text: string) => {
    heard = parser.position;
    textLength += text.length;
    if (textLength > elementTextLimit) refuse('an element holds more than 4 MiB of text');
    handler.text(text);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', (tag) => {
    heard = parser.position;
    depth--;
    textLength = 0;
    handler.close(local(tag.name));
  });

  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of readBytes(file, options)) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      consumed += chunk.length;
      for (let at = 0; at < chunk.length; at += 64 * 1024) {
        parser.write(decoder.decode(chunk.subarray(at, at + 64 * 1024), { stream: true }));
        // A tag, text or comment without end would grow inside the parser without any event.
        if (parser.position - heard > pieceLimit) refuse('a tag, a text or a comment is longer than 8 MiB');
        yield;
      }
    }
    if (consumed === 0) refuse('it is empty');
    parser.write(decoder?.decode() ?? '');
    parser.close();
  } catch (error) {
    if (error instanceof SummitError) throw error;
    if ((error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new SummitError(
        'FILE_DAMAGED',
        { problem: `bytes near line ${parser.line} do not fit its encoding` },
        error,
      );
    }
    throw error;
  }
  yield;
}

/** From the byte order mark or the declaration, which must not contradict each other. */
function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declared = /^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/.exec(
    head.toString('latin1', 0, 200),
  )?.[1];
  if (declared === undefined) return 'utf-8';
  if (!allowedEncodings.test(declared)) {
    throw new SummitError('FILE_DAMAGED', {
      problem: `it says that its encoding is ${declared.slice(0, 40)}, and its bytes are not`,
    });
  }
  return /^utf/i.test(declared) || /ascii$/i.test(declared) ? 'utf-8' : 'windows-1252';
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);
