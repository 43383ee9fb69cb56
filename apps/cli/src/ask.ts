import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { thisApi } from './api.ts';
import { followUndo } from './import.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { printJson, say } from './output.ts';

/** Sends a GraphQL document (text, @file, or - for standard input) and prints its data. */
export async function query(document: string, options: { variables?: string }): Promise<void> {
  const api = await thisApi(await thisInstallation());
  const text =
    document === '-'
      ? await readAll(process.stdin)
      : document.startsWith('@')
        ? await readFile(document.slice(1), 'utf8')
        : document;
  let variables: Record<string, unknown> = {};
  try {
    variables = options.variables ? (JSON.parse(options.variables) as Record<string, unknown>) : {};
  } catch {
    throw new CommandError('--variables must be a JSON object.');
  }
  process.stdout.write(`${JSON.stringify(await api.graphql(text, variables), null, 2)}\n`);
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** Undoes one change, one's last act, or a whole import. */
export async function undo(
  change: string | undefined,
  options: { import?: string; reason?: string; json?: boolean },
): Promise<void> {
  const api = await thisApi(await thisInstallation());
  const reason = options.reason ? { reason: options.reason } : {};
  const json = options.json ?? false;
  if (options.import) {
    await api.graphql(
      'mutation Undo($input: ImportActInput!) { undoImport(input: $input) { import { id } } }',
      { input: { id: options.import, ...reason } },
    );
    return followUndo(api, options.import, json);
  }
  type Answer = { undo: { change: { id: string; summary: string } | null; import: { id: string } | null } };
  const answer = await api.graphql<Answer>(
    'mutation Undo($input: UndoInput!) { undo(input: $input) { change { id summary } import { id } } }',
    {
      input: { ...(change ? { change } : {}), ...reason },
    },
  );
  // The undo of an import is a job, which has no change yet.
  if (answer.undo.import) return followUndo(api, answer.undo.import.id, json);
  if (json) return printJson({ change: answer.undo.change?.id ?? null });
  say(
    answer.undo.change
      ? `${answer.undo.change.summary} (change ${answer.undo.change.id})`
      : 'There is nothing to undo.',
  );
}

type ExportOptions = {
  dataset?: string;
  investigation?: string;
  format: string;
  output?: string;
  json?: boolean;
};

/** Streams a dataset or an investigation into a file or to standard output. */
export async function exportFacts(options: ExportOptions): Promise<void> {
  if (Boolean(options.dataset) === Boolean(options.investigation)) {
    throw new CommandError('Say what to export: --dataset KEY or --investigation ID.');
  }
  const api = await thisApi(await thisInstallation());
  type Manifest = {
    url: string;
    records: number;
    relationships: number;
    references: number;
    losses: { what: string; count: number }[];
  };
  const { exportManifest: manifest } = await api.graphql<{ exportManifest: Manifest }>(
    `query Export($input: ExportInput!) { exportManifest(input: $input) {
      url records relationships references losses { what count } } }`,
    {
      input: {
        format: options.format,
        ...(options.dataset ? { dataset: options.dataset } : {}),
        ...(options.investigation ? { investigationId: options.investigation } : {}),
      },
    },
  );
  const response = await api.fetch(manifest.url);
  if (!response.ok || !response.body) throw new CommandError(`The export was refused (${response.status}).`);
  const target = options.output ? createWriteStream(options.output) : process.stdout;
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), target, {
    end: target !== process.stdout,
  });
  if (!options.output) return;
  if (options.json) return printJson({ ...manifest, file: options.output });
  say(
    `${options.output}: ${manifest.records} records, ${manifest.relationships} relationships, ${manifest.references} references.`,
  );
  for (const { what, count } of manifest.losses) say(`Not carried by ${options.format}: ${count} ${what}.`);
}
