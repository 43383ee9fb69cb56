/**
 * How rows of a table become facts: FollowTheMoney's mapping, with the file that is being imported in place of
 * `csv_url`, and a few words of ours for what it cannot say: `links` (relationships whose ends are only named),
 * a `schema` that a column gives, `rest: keep`, and texts that are kept exactly (`values: exact`).
 */
import { SummitError } from '@summit/process/errors';
import { parse } from 'yaml';
import { z } from 'zod';

const names = z.union([z.string(), z.union([z.number(), z.boolean()]).transform(String)]);
const list = z.union([names.transform((one) => [one]), z.array(names)]);

const property = z.strictObject({
  column: list.optional(),
  columns: list.optional(),
  literal: list.optional(),
  literals: list.optional(),
  template: z.string().max(2_000).optional(),
  join: z.string().max(100).optional(),
  split: z.string().min(1).max(100).optional(),
  entity: z.string().optional(),
  /** strptime format of a date, `unix`, `unix_ms` or `excel`. */
  format: z.string().max(60).optional(),
  fuzzy: z.boolean().optional(),
  required: z.boolean().optional(),
});
const fromColumn = z.union([
  z.string(),
  z.strictObject({
    column: names,
    /** Other words for the values of the column, compared without case. */
    map: z.record(z.string(), z.string()).optional(),
    /** For rows whose cell is empty. */
    otherwise: z.string().optional(),
  }),
]);
const keyed = {
  key: list.optional(),
  keys: list.optional(),
  key_literal: names.optional(),
  id_column: names.optional(),
  properties: z.record(z.string(), property).optional(),
  /** `keep`: every column that nothing else uses becomes a property of its own name. */
  rest: z.enum(['keep', 'drop']).optional(),
  valid_from: names.optional(),
  valid_to: names.optional(),
  /** strptime format of both, `unix`, `unix_ms` or `excel`. */
  valid_format: z.string().max(60).optional(),
  marking: fromColumn.optional(),
};
const entity = z.strictObject({ ...keyed, schema: fromColumn });
const end = z.strictObject({
  /** The cell is the end's own id … */
  column: names.optional(),
  /** … or the end is the entity that this query makes of the row … */
  entity: z.string().optional(),
  /** … or its id is made of these columns as FollowTheMoney makes ids of keys. */
  key: list.optional(),
  keys: list.optional(),
  key_literal: names.optional(),
});
const link = z.strictObject({
  ...keyed,
  type: fromColumn,
  source: end,
  target: end,
  directed: z.boolean().optional(),
});
const filter = z.record(z.string(), z.union([z.null(), list]));
const query = z.strictObject({
  csv_url: z.string().optional(),
  csv_urls: list.optional(),
  filters: filter.optional(),
  filters_not: filter.optional(),
  entities: z.record(z.string(), entity).optional(),
  links: z.record(z.string(), link).optional(),
});
const whole = z.strictObject({
  queries: z.array(query).min(1).max(200),
  /** Goes into every hashed id, as the dataset's name does in FollowTheMoney. */
  key_prefix: z.string().optional(),
  values: z.enum(['exact', 'clean']).optional(),
  dates: z.enum(['iso', 'dmy', 'mdy']).optional(),
  decimal: z.enum(['point', 'comma']).optional(),
  /** Texts that stand for "nothing", such as `\N` or `-0-`. */
  nothing: list.optional(),
});

export type PropertyMapping = z.output<typeof property>;
export type EndMapping = z.output<typeof end>;
export type FromColumn = z.output<typeof fromColumn>;
export type MappingQuery = z.output<typeof query>;
export type Mapping = z.output<typeof whole>;

/** Characters of YAML. */
const LONGEST = 128 * 1024;
/** Values of the document, those that an alias repeats counted each time. The longest text without aliases has half of that. */
const VALUES_MOST = 100_000;

/**
 * Reads a mapping from YAML, in our form or in FollowTheMoney's (`dataset: {queries: […]}`). Of queries on several
 * files those named like `fileName` are taken. Throws MAPPING_INVALID with every problem. What people send goes through
 * `readMapping`: YAML that is written to be slow (60,000 anchors of one node) takes time in the square of its length.
 */
export function parseMapping(yaml: string, fileName?: string): Mapping {
  if (yaml.length > LONGEST) throw invalid(`it is longer than ${LONGEST / 1024} kB`);
  let document: unknown;
  try {
    document = parse(yaml, { maxAliasCount: 50, schema: 'core', uniqueKeys: true, logLevel: 'error' });
  } catch (error) {
    throw invalid((error as Error).message.split('\n')[0]!);
  }
  if (valuesIn(document) > VALUES_MOST) throw invalid(`it has more than ${VALUES_MOST} values`);
  const result = whole.safeParse(unwrap(document));
  if (!result.success) {
    throw invalid(
      result.error.issues
        .slice(0, 10)
        .map((issue) => `${issue.path.join('.') || 'mapping'}: ${issue.message}`)
        .join('; '),
    );
  }
  return { ...result.data, queries: ofThisFile(result.data.queries, fileName) };
}

/** Stops counting above the most. Without recursion: YAML nests as deep as its own reader lets it. */
function valuesIn(document: unknown): number {
  let count = 0;
  for (const open = [document]; open.length > 0 && count <= VALUES_MOST; count++) {
    const value = open.pop();
    if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) open.push(inner);
  }
  return count;
}

/** FollowTheMoney's outer layer: the dataset's name, which also salts its ids. */
function unwrap(document: unknown): unknown {
  if (!isPlain(document)) throw invalid('a YAML mapping is expected');
  if ('queries' in document) return document;
  if ('tables' in document || 'database' in document || 'joins' in document) {
    throw invalid('it joins tables of a database; map the files one by one');
  }
  const datasets = Object.entries(document).filter(
    ([, value]) => isPlain(value) && ('queries' in value || 'query' in value),
  );
  if (datasets.length !== 1) throw invalid('"queries" is missing');
  const [name, dataset] = datasets[0] as [string, Record<string, unknown>];
  const queries = dataset.queries ?? dataset.query;
  return { queries: Array.isArray(queries) ? queries : [queries], key_prefix: name };
}

function ofThisFile(queries: MappingQuery[], fileName: string | undefined): MappingQuery[] {
  const base = (url: string) => url.slice(Math.max(url.lastIndexOf('/'), url.lastIndexOf('\\')) + 1);
  const filesOf = ({ csv_url, csv_urls }: MappingQuery) =>
    [...(csv_url ? [csv_url] : []), ...(csv_urls ?? [])].map(base);
  const files = new Set(queries.flatMap(filesOf));
  if (files.size <= 1 || fileName === undefined) return queries;
  const own = base(fileName).replace(/\.gz$/, '');
  const chosen = queries.filter((each) => filesOf(each).length === 0 || filesOf(each).includes(own));
  if (chosen.length === 0)
    throw invalid(`none of its queries is about ${own}, only about ${[...files].join(', ')}`);
  return chosen;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function invalid(problem: string): SummitError {
  return new SummitError('MAPPING_INVALID', { problem });
}
