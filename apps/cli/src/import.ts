import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, thisApi } from './api.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { upload } from './multipart.ts';
import { printJson, say, table } from './output.ts';
import { Progress } from './progress.ts';

type Options = {
  dataset: string;
  format?: string;
  mapping?: string;
  mode: string;
  preview?: boolean;
  confirmRemovals?: boolean;
  json?: boolean;
};

type Counts = { created: number; updated: number; unchanged: number; removed: number };
type Result = {
  rows: number;
  records: Counts;
  relationships: Counts;
  references: Counts;
  unresolved: number;
  rejects: number;
  superseded: number;
  warnings: number | string[];
  seconds: number;
};
export type ImportState = {
  id: string;
  state: string;
  error: { code: string; message: string } | null;
  result: Result | null;
  preview: { rows: { act: string; kind: string; caption: string | null; id: string }[] } | null;
  progress: {
    bytesRead: number;
    bytesTotal: number;
    rows: number;
    rejects: number;
    rowsPerSecond: number;
    etaSeconds: number | null;
    slowedBy: string | null;
  };
};

/** Imports a file: uploads it, follows the durable job, and prints what became of every row. */
export async function importFile(path: string, options: Options): Promise<void> {
  const installation = await thisInstallation();
  const api = await thisApi(installation);
  const progress = new Progress(options.json ?? false);
  const fields: Record<string, string> = { dataset: options.dataset, mode: options.mode.toUpperCase() };
  if (options.format) fields.format = options.format;
  if (options.preview) fields.preview = 'true';
  if (options.confirmRemovals) fields.confirmRemovals = 'true';
  if (options.mapping) fields.mapping = await readFile(options.mapping, 'utf8');

  const answer = await upload({
    url: `${api.url}/api/imports`,
    headers: api.headers(),
    fields,
    path,
    onSent: (bytes, total) => progress.show(`uploading ${percent(bytes, total)}`),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new CommandError(`There is no file ${path}.`);
    throw new CommandError(
      `The upload failed (${error.code ?? error.message}). Nothing was imported; run it again.`,
    );
  });
  const done = await followImport(api, importIdOf(answer), progress);
  progress.end();
  report(done, options);
}

function importIdOf({ status, body }: { status: number; body: string }): string {
  let parsed: {
    id?: string;
    import?: { id?: string } | string;
    error?: { message?: string; code?: string };
  } = {};
  try {
    parsed = JSON.parse(body);
  } catch {
    // Not JSON: said below.
  }
  const id = typeof parsed.import === 'string' ? parsed.import : (parsed.import?.id ?? parsed.id);
  if (status < 300 && id) return id;
  throw new CommandError(parsed.error?.message ?? `The import was refused (${status}).`);
}

const query = `query Import($id: ID!) { import(id: $id) {
  id state error { code message } result
  preview { rows { act kind caption id } }
  progress { bytesRead bytesTotal rows rejects rowsPerSecond etaSeconds slowedBy }
} }`;

const ended = new Set(['DONE', 'FAILED', 'CANCELLED', 'PREVIEWED', 'UNDONE']);

/** Waits until the job has ended, showing how far it is. It goes on by itself when this command is stopped. */
export async function followImport(api: Api, id: string, progress: Progress): Promise<ImportState> {
  for (let failures = 0; ; ) {
    try {
      const { import: found } = await api.graphql<{ import: ImportState | null }>(query, { id });
      if (!found) throw new CommandError(`There is no import ${id}.`);
      if (ended.has(found.state)) return found;
      progress.show(describe(found));
      failures = 0;
    } catch (error) {
      // The processes may be starting again; the job is durable and resumes by itself.
      if (!(error instanceof CommandError) || ++failures > 240 || /There is no import/.test(error.message))
        throw error;
    }
    await delay(250);
  }
}

function describe({ state, progress: at }: ImportState): string {
  if (state === 'QUEUED') return 'waiting for a worker';
  const parts = [
    `${state === 'UNDOING' ? 'undoing' : percent(at.bytesRead, at.bytesTotal)}`,
    `${at.rows.toLocaleString('en')} rows`,
    `${Math.round(at.rowsPerSecond).toLocaleString('en')} rows/s`,
  ];
  if (at.etaSeconds !== null) parts.push(`${Math.ceil(at.etaSeconds)} s left`);
  if (at.rejects > 0) parts.push(`${at.rejects} rejected`);
  if (at.slowedBy) parts.push(`slowed by ${at.slowedBy}`);
  return parts.join(', ');
}

const percent = (part: number, whole: number): string =>
  `${whole > 0 ? Math.floor((100 * part) / whole) : 100} %`;

function report(done: ImportState, { json, preview }: Options): void {
  if (done.state === 'FAILED' || done.state === 'CANCELLED') {
    const how = done.error?.code === 'REPLACE_NOT_CONFIRMED' ? ' (--confirm-removals)' : '';
    throw new CommandError(`${done.error?.message ?? `The import was ${done.state.toLowerCase()}.`}${how}`);
  }
  if (json) {
    printJson(done.result);
    return;
  }
  const { result } = done;
  if (!result) throw new CommandError('The import ended without a result.');
  say(preview ? 'Preview: nothing was written.' : `Import ${done.id}`);
  const kinds = ['records', 'relationships', 'references'] as const;
  say(
    table([
      ['', 'created', 'updated', 'unchanged', 'removed'],
      ...kinds.map((kind) => {
        const { created, updated, unchanged, removed } = result[kind];
        return [kind, created, updated, unchanged, removed].map((cell) => cell.toLocaleString('en'));
      }),
    ]),
  );
  for (const { act, kind, caption, id } of done.preview?.rows.slice(0, 10) ?? [])
    say(`  ${act} ${kind}: ${caption ?? id}`);
  const rate = result.seconds > 0 ? Math.round(result.rows / result.seconds).toLocaleString('en') : '–';
  say(`${result.rows.toLocaleString('en')} rows in ${result.seconds} s (${rate} a second).`);
  if (result.unresolved > 0)
    say(`${result.unresolved.toLocaleString('en')} links have an end that the file does not hold.`);
  if (result.rejects > 0)
    say(
      `${result.rejects.toLocaleString('en')} rows were rejected: see the import's page, or GET /api/imports/${done.id}/rejects.`,
    );
  if (!preview) say(`To take it back: bin/summit undo --import ${done.id}`);
}
