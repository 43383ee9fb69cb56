import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  type GraphQLSchema,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
} from 'graphql';

const SOURCE = join(import.meta.dirname, '..');

/** The schema as the nouns' .graphql files say it: `extend type Query` in a noun adds to the one Query. */
export function readSdl(): string {
  const nouns = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = nouns.flatMap(({ name }) =>
    readdirSync(join(SOURCE, name))
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => join(SOURCE, name, file)),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** One document, sorted: what is committed as schema.graphql and what the web and Python clients are built against. */
export function printSdl(): string {
  const { definitions } = parse(readSdl());
  const isExtension = (kind: string) => kind.endsWith('Extension');
  const types = definitions.filter(({ kind }) => !isExtension(kind)) as {
    kind: string;
    name: { value: string };
    fields?: readonly unknown[];
  }[];
  for (const extension of definitions.filter(({ kind }) => isExtension(kind)) as typeof types) {
    const base = types.find(({ name }) => name.value === extension.name.value);
    if (!base) throw new Error(`extends an unknown type: ${extension.name.value}`);
    Object.assign(base, { fields: [...(base.fields ?? []), ...(extension.fields ?? [])] });
  }
  const schema: GraphQLSchema = buildASTSchema({ kind: Kind.DOCUMENT, definitions: types as never });
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
