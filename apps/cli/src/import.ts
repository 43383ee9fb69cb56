import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, thisApi } from './api.ts';
import { mustBeReadable } from './givenFile.ts';
import { counted, factsOf, type ImportState, report } from './importReport.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { upload } from './multipart.ts';
import { printJson, say } from './output.ts';
import { Progress } from './progress.ts';
import { type Reading, readingOf } from './reading.ts';

type Options = {
  dataset?: string;
  format?: string;
  mapping?: string;
  mode: string;
  preview?: boolean;
  confirmRemovals?: boolean;
  rejects?: string;
  out?: string;
  json?: boolean;
};

/** Imports a file: uploads it, follows the durable job, and prints what became of every row. Or gives the rejects of one that was. */
export async function importFile(path: string | undefined, options: Options): Promise<void> {
  if (options.rejects) return writeRejects(options.rejects, options);
  if (path === undefined || options.dataset === undefined)
    throw new CommandError('Say what to import and where to: bin/summit import FILE --dataset KEY.');
  await mustBeReadable(path);
  if (options.mapping) await mustBeReadable(options.mapping);
  const api = await thisApi(await thisInstallation());
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
    throw new CommandError(
      `The upload failed (${error.code ?? error.message}). Nothing was imported; run it again.`,
    );
  });
  const begun = begunOf(answer);
  if (!options.json && begun.format) say(readingOf({ ...begun, format: begun.format }, options));
  const done = await followImport(api, begun.import, progress);
  progress.end();
  report(done, options);
}

type Begun = Partial<Reading> & { import: string };

function begunOf({ status, body }: { status: number; body: string }): Begun {
  let parsed: Partial<Begun> & { error?: { message?: string; code?: string } } = {};
  try {
    parsed = JSON.parse(body);
  } catch {
    // Not JSON: said below.
  }
  if (status < 300 && parsed.import) return { ...parsed, import: parsed.import };
  throw new CommandError(parsed.error?.message ?? `The import was refused (${status}).`);
}

/** The rejected rows of an import, in a form that can be mended and read again. */
async function writeRejects(id: string, { out }: Options): Promise<void> {
  const api = await thisApi(await thisInstallation());
  const response = await api.fetch(`/api/imports/${encodeURIComponent(id)}/rejects?format=rows`);
  if (!response.ok || !response.body) {
    const said = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
    throw new CommandError(said.error?.message ?? `The rejects were refused (${response.status}).`);
  }
  const target = out ? createWriteStream(out) : process.stdout;
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), target, {
    end: target !== process.stdout,
  });
  if (out) say(`${out}: the rejected rows. Mend them, then import the file into the same dataset.`);
}

const query = `query Import($id: ID!) { import(id: $id) {
  id state filename datasetKey format mapping error { code message } result warnings
  rejects(first: 5) { edges { node { row reason } } }
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

/** Follows the undo of an import to its end. @throws CommandError when it was refused, with why */
export async function followUndo(api: Api, id: string, json: boolean): Promise<void> {
  const progress = new Progress(json);
  const { import: begun } = await api.graphql<{ import: ImportState }>(query, { id });
  const what = `the import of ${begun.filename} into ${begun.datasetKey} (${counted(begun.result?.rows ?? 0, 'row')})`;
  if (!json) say(`Undoing ${what} …`);
  const done = await followImport(api, id, progress);
  progress.end();
  if (done.state !== 'UNDONE')
    throw new CommandError(done.error?.message ?? `The import is ${done.state.toLowerCase()}.`);
  if (json) printJson({ import: done.id, state: 'undone' });
  else say(`Undid ${what}.`);
}

export function describe({ state, progress: at, result }: ImportState): string {
  if (state === 'QUEUED') return 'waiting for a worker';
  const all = result ? factsOf(result) : 0;
  const share =
    state === 'UNDOING' ? percent(Math.min(at.rows, all), all) : percent(at.bytesRead, at.bytesTotal);
  const parts = [share, counted(at.rows, state === 'UNDOING' ? 'fact' : 'row')];
  // Once every row is in, links are counted and statistics made: there is no rate any more.
  if (state === 'RUNNING' && at.bytesRead >= at.bytesTotal) parts.push('counting what they made');
  else {
    if (at.rowsPerSecond > 0) parts.push(`${Math.round(at.rowsPerSecond).toLocaleString('en')} a second`);
    if (at.etaSeconds !== null && at.etaSeconds > 0) parts.push(`${Math.ceil(at.etaSeconds)} s left`);
    if (at.slowedBy && at.rowsPerSecond > 0) parts.push(`slowed by ${at.slowedBy}`);
  }
  if (state !== 'UNDOING' && at.rejects > 0) parts.push(`${at.rejects} rejected`);
  return parts.join(', ');
}

const percent = (part: number, whole: number): string =>
  `${whole > 0 ? Math.floor((100 * part) / whole) : 100} %`;
