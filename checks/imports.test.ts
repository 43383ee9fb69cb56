import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { read, sources } from './repository.ts';

/** Nouns of the server in their order: each may see the earlier ones only. */
const nouns = [
  ...[
    'job',
    'change',
    'tenant',
    'ontology',
    'identity',
    'file',
    'dataset',
    'digest',
    'record',
    'relationship',
    'entity',
  ],
  ...['search', 'judgement', 'projection', 'graph', 'investigation'],
  ...['export', 'import', 'ingest', 'live', 'sample'],
];

type Import = { from: string; to: string; typeOnly: boolean };

const imports: Import[] = sources.flatMap((from) =>
  [
    ...read(from).matchAll(
      /^\s*(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map(([, typeOnly, named, dynamic, bare]) => {
    const target = (named ?? dynamic ?? bare)!;
    const to = target.startsWith('.') ? normalize(join(dirname(from), target)) : target;
    return { from, to, typeOnly: typeOnly !== undefined };
  }),
);
const shown = (found: Import[]) => found.map(({ from, to }) => `${from} → ${to}`);
const only = (what: RegExp, where: RegExp) =>
  shown(imports.filter(({ from, to }) => what.test(to) && !where.test(from)));

test('the check reads imports at all', () => {
  expect(imports.length).toBeGreaterThan(100);
});

describe('libraries stay where they belong', () => {
  test('pg', () =>
    expect(only(/^pg(-|$|\/)/, /^apps\/server\/src\/database\/|^bench\/|^servers\//)).toEqual([]));
  test('Neo4j', () => expect(only(/^neo4j-driver/, /\.neo4j\.ts$/)).toEqual([]));
  test('Redis', () => expect(only(/^(@redis\/|(io)?redis)/, /\.redis\.ts$/)).toEqual([]));
  test('Kafka', () => expect(only(/^(@\w+\/)?kafka/, /\.kafka\.ts$/)).toEqual([]));
  test('sigma', () => expect(only(/^(sigma|graphology)/, /^apps\/web\/src\/canvas\//)).toEqual([]));
});

test('no app imports an app; only the web shares nothing but its generated API', () => {
  const app = (path: string) => /^apps\/(\w+)\//.exec(path)?.[1];
  const crossing = imports.filter(({ from, to }) => app(to) && app(from) && app(to) !== app(from));
  expect(shown(crossing)).toEqual([]);
  expect(only(/^@summit\/(?!process)/, /^$/)).toEqual([]);
});

test('the real servers of tests and developers are no part of the product', () => {
  expect(only(/^servers\//, /^(servers|bench)\/|[/.]testing\b/)).toEqual([]);
});

test('packages import no app', () => {
  expect(
    shown(imports.filter(({ from, to }) => from.startsWith('packages/') && to.startsWith('apps/'))),
  ).toEqual([]);
});

/** How a name becomes words is one rule, for whoever writes and for whoever searches. */
const wordsOfNames = /^apps\/server\/src\/search\/(?:normalise|terms)\.ts$/;

test('every folder of the server has its place', () => {
  const folders = sources.flatMap((path) => /^apps\/server\/src\/(\w+)\//.exec(path)?.[1] ?? []);
  const others = ['database', 'graphql', 'kafka', 'testing'];
  expect([...new Set(folders)].sort()).toEqual([...nouns, ...others].sort());
  const told = read('ARCHITECTURE.md');
  expect(nouns.filter((noun) => !told.includes(`\`${noun}\``))).toEqual([]);
});

test('a noun sees only earlier nouns', () => {
  const noun = (path: string) => nouns.indexOf(/^apps\/server\/src\/(\w+)\//.exec(path)?.[1] ?? '');
  const later = imports.filter(
    ({ from, to }) =>
      noun(from) >= 0 && noun(to) > noun(from) && !from.endsWith('.graphql.ts') && !wordsOfNames.test(to),
  );
  expect(shown(later)).toEqual([]);
});

test('within a noun: rules ← queries ← commands ← graphql', () => {
  const layer = (path: string) => {
    const matched = /^apps\/server\/src\/(\w+)\/[\w]+(?:\.(queries|commands|graphql))?\.ts$/.exec(path);
    if (!matched || !nouns.includes(matched[1]!)) return undefined;
    return { noun: matched[1], rank: ['queries', 'commands', 'graphql'].indexOf(matched[2] ?? '') };
  };
  const upward = imports.filter(({ from, to, typeOnly }) => {
    const [low, high] = [layer(from), layer(to)];
    // A file without a suffix may be an adapter or a rule; only a type may be borrowed from above.
    return low && high && low.rank >= 0 && high.rank > low.rank && !typeOnly;
  });
  expect(shown(upward)).toEqual([]);
});

test('nobody imports in a circle of folders below the nouns: the database knows no noun', () => {
  const up = imports.filter(
    ({ from, to }) =>
      /^apps\/server\/src\/database\/(?!.*(testing|operator))/.test(from) &&
      nouns.some((noun) => to.startsWith(`apps/server/src/${noun}/`)),
  );
  expect(shown(up.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
});
