import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SummitError } from '@summit/process/errors';
import { inTransaction } from '../database/inTransaction.ts';
import { neutral } from '../export/csvCell.ts';
import { keepFile } from '../file/file.commands.ts';
import { placeOf } from '../file/file.http.ts';
import { attachment } from '../file/file.ts';
import { receive } from '../file/upload.ts';
import { type Call, json, type Route } from '../http.ts';
import { isUuid } from '../ids.ts';
import { recognise } from './format/recognise.ts';
import { startImport } from './import.commands.ts';
import { countRejects, listRejects, loadImports } from './import.queries.ts';
import { type ImportMode, resultOf } from './import.ts';
import { type RowsWriter, rowsWriter } from './rejectedRows.ts';

/** Uploads and starts at once: `dataset` and the other fields of StartImportInput, then the file (or `fileId` of an upload). */
async function start({ request, response, url, ctx }: Call): Promise<void> {
  ctx.actor.mustBeAbleTo('import:run');
  const { fields, kept } = await receive(request, url, (filename, body) =>
    keepFile(ctx, placeOf(ctx), filename, body),
  );
  const field = (name: string): string | undefined => fields.get(name) || undefined;
  const fileId = kept?.id ?? field('fileId');
  if (!fileId) throw new SummitError('INPUT_INVALID', { problem: 'a file is expected' });
  const dataset = field('dataset');
  if (!dataset) throw new SummitError('INPUT_INVALID', { problem: 'dataset is missing' });
  const mode = (field('mode') ?? 'merge').toLowerCase();
  if (mode !== 'merge' && mode !== 'replace')
    throw new SummitError('INPUT_INVALID', { problem: 'mode is merge or replace' });
  const options = {
    encoding: field('encoding'),
    delimiter: field('delimiter'),
    sheet: field('sheet'),
    dates: field('dates'),
    decimals: field('decimals'),
  };
  const settings = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { guessed, ...read } = await recognise(ctx, {
    fileId,
    format: field('format'),
    mapping: field('mapping'),
    options: settings,
  });
  const id = await startImport(ctx, {
    fileId,
    dataset,
    ...read,
    datasetTitle: field('datasetTitle'),
    mode: mode as ImportMode,
    preview: flag(field('preview')),
    confirmRemovals: flag(field('confirmRemovals')),
    marking: field('marking'),
    investigationId: field('investigationId'),
    reason: field('reason'),
    options: settings,
  });
  json(response, {
    status: 202,
    body: { import: id, dataset, fileId, ...read, ...(guessed && { guessed }) },
  });
}

function flag(value: string | undefined): boolean {
  if (value === undefined || /^(false|0|no)$/i.test(value)) return false;
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  throw new SummitError('INPUT_INVALID', { problem: `true or false is expected, not ${value.slice(0, 40)}` });
}

async function show({ response, params, ctx }: Call): Promise<void> {
  const about = isUuid(params.id!) ? (await loadImports(ctx, [params.id!])).get(params.id!) : undefined;
  if (!about) throw new SummitError('NOT_FOUND', { what: 'import' });
  json(response, {
    status: 200,
    body: {
      import: about.id,
      state: about.state,
      progress: about.progress,
      result: resultOf(about),
      error: about.error,
    },
  });
}

/**
 * The rejected rows that the reader may see; how many may not be seen stands in the file's name and in a header. `format=rows` gives the rows alone in a form that can be mended and sent to retryRejects; ndjson and csv
 * give each with its place and its reason.
 */
async function rejects({ response, params, url, ctx }: Call): Promise<void> {
  const about = isUuid(params.id!) ? (await loadImports(ctx, [params.id!])).get(params.id!) : undefined;
  if (!about) throw new SummitError('NOT_FOUND', { what: 'import' });
  const format = url.searchParams.get('format') ?? 'ndjson';
  const write =
    format === 'rows'
      ? await rowsWriter(ctx, about)
      : Object.hasOwn(WRITERS, format)
        ? WRITERS[format as keyof typeof WRITERS]
        : undefined;
  if (!write) throw new SummitError('INPUT_INVALID', { problem: 'format is ndjson, csv or rows' });
  const { hidden } = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    countRejects(tx, ctx, about.id),
  );
  const without = hidden > 0 ? ` (${hidden} ${hidden === 1 ? 'row is' : 'rows are'} hidden from you)` : '';
  response.writeHead(200, {
    'content-type': write.type,
    'content-disposition': attachment(`rejects of ${about.filename}${without}.${write.extension}`),
    'summit-hidden-rows': hidden,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  async function* parts() {
    yield write!.head;
    for (let after = 0; ; ) {
      const page = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
        listRejects(tx, ctx, about!.id, after, REJECTS_PAGE),
      );
      yield page.map((reject, at) => write!.row(reject, after === 0 && at === 0)).join('');
      if (page.length < REJECTS_PAGE) break;
      after = page.at(-1)!.number;
    }
    yield write!.foot;
  }
  await pipeline(Readable.from(parts(), { objectMode: false }), response);
}

const REJECTS_PAGE = 500;
const CSV_COLUMNS = ['row', 'line', 'byteOffset', 'code', 'reason', 'raw'] as const;
const WRITERS: Record<'ndjson' | 'csv', RowsWriter> = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    extension: 'ndjson',
    head: '',
    row: (reject) => `${JSON.stringify(reject)}\n`,
    foot: '',
  },
  csv: {
    type: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: `${CSV_COLUMNS.join(',')}\r\n`,
    row: (reject) => `${CSV_COLUMNS.map((name) => neutral(reject[name] ?? '').cell).join(',')}\r\n`,
    foot: '',
  },
};

export const importRoutes: Route[] = [
  { method: 'POST', path: '/api/imports', scope: 'user', handle: start },
  { method: 'GET', path: '/api/imports/:id', scope: 'user', handle: show },
  { method: 'GET', path: '/api/imports/:id/rejects', scope: 'user', handle: rejects },
];
