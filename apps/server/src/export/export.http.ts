import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SummitError } from '@summit/process/errors';
import { z } from 'zod';
import { attachment } from '../file/file.ts';
import { untilGone } from '../graphql/request.ts';
import { type Call, json, type Route } from '../http.ts';
import type { ExportInput } from './export.ts';
import { exportFacts, manifestOf } from './exportFacts.ts';

function inputOf(url: URL): ExportInput {
  const given = url.searchParams;
  const ids = given.get('entityIds');
  return {
    format: given.get('format') ?? 'csv',
    dataset: given.get('dataset'),
    investigationId: given.get('investigationId'),
    entityIds: ids === null ? null : ids.split(',').filter((id) => id !== ''),
    table: given.get('table'),
  };
}

/** A selection is longer than an address may be: it comes as JSON. */
const BODY_MOST = 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<ExportInput> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_MOST) throw new SummitError('TOO_LARGE', { limit: BODY_MOST });
    chunks.push(chunk);
  }
  try {
    return INPUT.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch (cause) {
    throw new SummitError('REQUEST_MALFORMED', {}, cause);
  }
}

const INPUT = z.strictObject({
  format: z.string(),
  dataset: z.string().nullish(),
  investigationId: z.string().nullish(),
  entityIds: z.array(z.string()).nullish(),
  table: z.string().nullish(),
});

/** Streams the facts. One that breaks off ends without its last chunk, so that no client takes a part for the whole. */
async function download({ request, response, url, ctx }: Call): Promise<void> {
  const input = request.method === 'POST' ? await bodyOf(request) : inputOf(url);
  const { name, writer, parts } = await exportFacts(ctx, input);
  response.writeHead(200, {
    'content-type': writer.contentType,
    'content-disposition': attachment(`${name.slice(0, 100)}.${writer.extension}`),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  await pipeline(Readable.from(parts(), { objectMode: false, highWaterMark: 256 * 1024 }), response);
}

async function manifest({ response, url, ctx }: Call): Promise<void> {
  json(response, { status: 200, body: await manifestOf(ctx, inputOf(url), { signal: untilGone(response) }) });
}

export const exportRoutes: Route[] = [
  { method: 'GET', path: '/api/exports', scope: 'user', handle: download },
  { method: 'POST', path: '/api/exports', scope: 'user', handle: download },
  { method: 'GET', path: '/api/exports/manifest', scope: 'user', handle: manifest },
];

/** Ids that an address takes; more of them are sent to the same path by POST. */
const IDS_IN_ADDRESS = 150;

export function exportUrl(input: ExportInput): string {
  const given = new URLSearchParams({ format: input.format });
  if (input.dataset) given.set('dataset', input.dataset);
  if (input.investigationId) given.set('investigationId', input.investigationId);
  if (input.entityIds && input.entityIds.length > IDS_IN_ADDRESS) return '/api/exports';
  if (input.entityIds) given.set('entityIds', input.entityIds.join(','));
  return `/api/exports?${given}`;
}
