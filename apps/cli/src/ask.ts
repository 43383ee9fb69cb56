import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Api, ApiError, thisApi } from './api.ts';
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
  const { exportManifest: manifest } = await api
    .graphql<{ exportManifest: Manifest }>(
      `query Export($input: ExportInput!) { exportManifest(input: $input) {
      url records relationships references losses { what count } } }`,
      {
        input: {
          format: options.format,
          ...(options.dataset ? { dataset: options.dataset } : {}),
          ...(options.investigation ? { investigationId: options.investigation } : {}),
        },
      },
    )
    .catch(async (error: unknown) => {
      throw (await sayingWhatThereIs(api, options, error)) ?? error;
    });
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

const LISTED = 50;

/** What could have been meant, where the dataset or the investigation is not there. */
async function sayingWhatThereIs(
  api: Api,
  { dataset, investigation }: ExportOptions,
  error: unknown,
): Promise<CommandError | undefined> {
  if (!(error instanceof ApiError)) return undefined;
  if (dataset !== undefined && error.code === 'NOT_FOUND') {
    const { datasets } = await api.graphql<Listed<'datasets', { key: string }>>(
      `{ datasets(first: ${LISTED}) { edges { node { key } } pageInfo { hasNextPage } } }`,
    );
    const keys = datasets.edges.map(({ node }) => node.key);
    return new CommandError(`There is no dataset "${dataset}". There is: ${listed(keys, datasets, ', ')}.`);
  }
  // What is no id at all is refused as input.
  if (investigation !== undefined && ['NOT_FOUND', 'INPUT_INVALID'].includes(error.code)) {
    const { investigations } = await api.graphql<Listed<'investigations', { id: string; title: string }>>(
      `{ investigations(first: ${LISTED}) { edges { node { id title } } pageInfo { hasNextPage } } }`,
    );
    const lines = investigations.edges.map(({ node }) => `\n  ${node.id}  ${node.title}`);
    return new CommandError(
      `There is no investigation "${investigation}". There is:${listed(lines, investigations, '')}`,
    );
  }
  return undefined;
}

type Page<Node> = { edges: { node: Node }[]; pageInfo: { hasNextPage: boolean } };
type Listed<Name extends string, Node> = Record<Name, Page<Node>>;

const listed = (words: string[], { pageInfo }: Page<unknown>, between: string): string =>
  words.length === 0
    ? ' none'.slice(between ? 1 : 0)
    : words.join(between) + (pageInfo.hasNextPage ? `${between || '\n  '}…` : '');
