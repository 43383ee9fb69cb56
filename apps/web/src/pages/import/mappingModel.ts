import { parse, stringify } from 'yaml';

/** What one column of a table becomes. */
export type Becomes =
  | { as: 'key' }
  | { as: 'property'; name: string }
  | { as: 'source' }
  | { as: 'target' }
  | { as: 'type' }
  | { as: 'left out' };

/** A mapping that the column editor can show: one kind of record, or one kind of link, a row. */
export type MappingModel = {
  kind: 'record' | 'link';
  /** The schema or type, when it is one for all rows. */
  schema: string | undefined;
  becomes: Record<string, Becomes>;
  /** Properties that are made of several columns or of a text: shown, edited as YAML. */
  made: { name: string; from: string }[];
};

type Property = {
  column?: string | string[];
  columns?: string | string[];
  template?: string;
  literal?: unknown;
  format?: string;
};
type Body = {
  schema?: unknown;
  type?: unknown;
  id_column?: string;
  key?: string | string[];
  keys?: string | string[];
  source?: { column?: string };
  target?: { column?: string };
  properties?: Record<string, Property>;
  rest?: 'keep' | 'drop';
};
type Document = { queries?: { entities?: Record<string, Body>; links?: Record<string, Body> }[] };

const listed = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function bodyOf(document: Document): { kind: MappingModel['kind']; body: Body } | undefined {
  const [query, ...more] = document.queries ?? [];
  if (!query || more.length > 0) return undefined;
  const records = Object.values(query.entities ?? {});
  const links = Object.values(query.links ?? {});
  const [record] = records;
  const [link] = links;
  if (records.length === 1 && links.length === 0 && record) return { kind: 'record', body: record };
  if (links.length === 1 && records.length === 0 && link) return { kind: 'link', body: link };
  return undefined;
}

/** Reads a mapping for the column editor; undefined when only YAML can show it. */
export function readModel(yaml: string, columns: readonly string[]): MappingModel | undefined {
  let document: Document;
  try {
    document = parse(yaml) as Document;
  } catch {
    return undefined;
  }
  const found = document && typeof document === 'object' ? bodyOf(document) : undefined;
  if (!found) return undefined;
  const { kind, body } = found;
  const named = kind === 'record' ? body.schema : body.type;
  const becomes: Record<string, Becomes> = {};
  for (const column of columns) {
    becomes[column] = body.rest === 'keep' ? { as: 'property', name: column } : { as: 'left out' };
  }
  const made: MappingModel['made'] = [];
  for (const [name, property] of Object.entries(body.properties ?? {})) {
    const from = [...listed(property.column), ...listed(property.columns)];
    for (const column of from) becomes[column] = { as: 'property', name };
    if (property.template) made.push({ name, from: property.template.replace(/\{\{\s*|\s*\}\}/g, '') });
    else if (from.length === 0 && property.literal !== undefined)
      made.push({ name, from: `“${String(property.literal)}”` });
  }
  if (typeof named === 'object' && named !== null && 'column' in named)
    becomes[String(named.column)] = { as: 'type' };
  for (const column of [...listed(body.key), ...listed(body.keys), ...listed(body.id_column)])
    becomes[column] = { as: 'key' };
  if (body.source?.column) becomes[body.source.column] = { as: 'source' };
  if (body.target?.column) becomes[body.target.column] = { as: 'target' };
  return { kind, schema: typeof named === 'string' ? named : undefined, becomes, made };
}

/** The mapping with one column changed. Columns that were kept by themselves are written out, so that one can be left out. */
export function withColumn(yaml: string, columns: readonly string[], column: string, next: Becomes): string {
  const model = readModel(yaml, columns);
  const document = parse(yaml) as Document;
  const found = bodyOf(document);
  if (!model || !found) return yaml;
  const { body } = found;
  const properties = body.properties ?? {};
  if (body.rest === 'keep') {
    for (const [name, one] of Object.entries(model.becomes)) {
      if (one.as === 'property' && one.name === name && !properties[name])
        properties[name] = { column: name };
    }
    body.rest = 'drop';
  }
  takeAway(body, properties, column);
  if (next.as === 'property') {
    const before = properties[next.name];
    const from = before ? [...listed(before.column), ...listed(before.columns), column] : [column];
    const { column: _column, columns: _columns, ...kept } = before ?? {};
    properties[next.name] = from.length === 1 ? { ...kept, column } : { ...kept, columns: from };
  } else if (next.as === 'key') body.id_column = column;
  else if (next.as === 'source') body.source = { column };
  else if (next.as === 'target') body.target = { column };
  else if (next.as === 'type') {
    const otherwise = model.schema ?? (found.kind === 'record' ? 'Thing' : 'UnknownLink');
    body[found.kind === 'record' ? 'schema' : 'type'] = { column, otherwise };
  }
  body.properties = properties;
  return written(document, yaml);
}

function takeAway(body: Body, properties: Record<string, Property>, column: string): void {
  for (const [name, property] of Object.entries(properties)) {
    const from = [...listed(property.column), ...listed(property.columns)];
    if (!from.includes(column)) continue;
    const left = from.filter((one) => one !== column);
    delete property.columns;
    delete property.column;
    if (left.length === 1) property.column = left[0] as string;
    else if (left.length > 1) property.columns = left;
    else delete properties[name];
  }
  if (body.id_column === column) delete body.id_column;
  if (body.source?.column === column) delete body.source;
  if (body.target?.column === column) delete body.target;
  for (const key of ['schema', 'type'] as const) {
    const named = body[key];
    if (typeof named === 'object' && named !== null && (named as { column?: string }).column === column) {
      body[key] = (named as { otherwise?: string }).otherwise ?? (key === 'schema' ? 'Thing' : 'UnknownLink');
    }
  }
}

/** The mapping with another schema, or another type of link, for all rows. */
export function withSchema(yaml: string, schema: string): string {
  const document = parse(yaml) as Document;
  const found = bodyOf(document);
  if (!found) return yaml;
  found.body[found.kind === 'record' ? 'schema' : 'type'] = schema;
  return written(document, yaml);
}

function written(document: Document, before: string): string {
  const comments = before.split('\n').filter((line) => line.startsWith('#'));
  return [...comments, stringify(document, { lineWidth: 100 })].join('\n');
}
