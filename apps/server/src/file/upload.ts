/** The body of an upload: multipart with fields and one file, or the bare file with its fields in the address. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { SummitError } from '@summit/process/errors';
import busboy from 'busboy';

export interface Upload<T> {
  fields: Map<string, string>;
  kept: T | undefined;
}

const FIELDS = { fields: 40, fieldNameSize: 100, fieldSize: 300 * 1024, files: 1, parts: 50 };

/**
 * Streams the one file to `keep` and collects the fields, in whatever order they come. A multipart body without a file gives
 * `kept` undefined. Throws MEDIA_TYPE_NOT_ALLOWED, REQUEST_MALFORMED, INPUT_INVALID, and what `keep` throws.
 */
export async function receive<T>(
  request: IncomingMessage,
  url: URL,
  keep: (filename: string, body: Readable) => Promise<T>,
): Promise<Upload<T>> {
  const fields = new Map(url.searchParams);
  const type = request.headers['content-type'] ?? '';
  if (/^application\/x-www-form-urlencoded\b/i.test(type))
    throw new SummitError('MEDIA_TYPE_NOT_ALLOWED', {
      expected: 'multipart/form-data, or the file as the body',
    });
  if (!/^multipart\/form-data\b/i.test(type)) {
    return { fields, kept: await keep(fields.get('filename') ?? 'file', request) };
  }

  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: request.headers,
      limits: FIELDS,
      defParamCharset: 'utf8',
      preservePath: false,
    });
  } catch (cause) {
    throw new SummitError('REQUEST_MALFORMED', {}, cause);
  }
  let keeping: Promise<T> | undefined;
  const parsed = new Promise<void>((done, failed) => {
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated)
        failed(new SummitError('INPUT_INVALID', { problem: `the field ${name} is too long` }));
      fields.set(name, value);
    });
    parser.on('file', (_, stream, { filename }) => {
      // Through a stream of our own: when keeping fails, the parser is let go at once.
      const body = stream.pipe(new PassThrough());
      stream.on('error', (error) => body.destroy(error));
      keeping = keep(fields.get('filename') ?? filename ?? 'file', body);
      keeping.catch(failed);
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () =>
        failed(new SummitError('INPUT_INVALID', { problem: 'one file and some fields are expected' })),
      );
    }
    parser.on('error', (cause) => failed(new SummitError('REQUEST_MALFORMED', {}, cause)));
    parser.on('close', done);
    request.on('aborted', () => failed(new SummitError('REQUEST_MALFORMED')));
    request.on('error', (cause) => failed(new SummitError('REQUEST_MALFORMED', {}, cause)));
    request.pipe(parser);
  });
  try {
    await parsed;
    return { fields, kept: await keeping };
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    await keeping?.catch(() => {});
    throw error;
  }
}
