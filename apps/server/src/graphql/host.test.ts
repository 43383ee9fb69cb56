import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { SummitError } from '@summit/process/errors';
import { createLoggerTo } from '@summit/process/log';
import { referenceFolder } from '@summit/process/referenceFiles';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphqlHost } from './host.ts';
import { readLimits } from './limits.ts';
import type { RequestContext } from './request.ts';

const limits = readLimits();
const shares = (_: unknown, __: unknown, { sharedReads }: RequestContext) => sharedReads !== undefined;
const schema = makeExecutableSchema({
  typeDefs: `
    scalar JSON
    scalar Short
    input Asked { first: Int }
    type Query { typed(asked: Asked, short: Short): Boolean, a: Query, list(first: Int): List, secret: String, refused: String, slow: String, nul: String, shares: Boolean, echo(value: JSON): JSON }
    type List { edges: [Edge!]! }
    type Edge { node: Query }
    type Mutation { write: Boolean, shares: Boolean }`,
  resolvers: {
    Short: new GraphQLScalarType({
      name: 'Short',
      parseValue: () => {
        throw new GraphQLError('A Short is short.');
      },
    }),
    Query: {
      shares,
      a: () => ({}),
      secret: () => {
        throw new Error('password=hunter2');
      },
      refused: () => {
        throw new SummitError('DATABASE_UNAVAILABLE', { retryAfter: 3 });
      },
      slow: () => {
        throw Object.assign(new Error('canceling statement'), { code: '57014' });
      },
      nul: () => {
        throw Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' });
      },
    },
    Mutation: { write: () => true, shares },
  },
});

let requestId = 'asked-once';
let server: Server;
let address: string;
const lines: string[] = [];

beforeAll(async () => {
  const log = createLoggerTo((line) => lines.push(line), 'test');
  const host = graphqlHost({ schema, limits, introspection: false, log });
  server = createServer(
    (request, response) =>
      void host(request, response, {
        loaders: new Map(),
        requestId,
      } as unknown as RequestContext),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());

async function ask(body: unknown, init: RequestInit = {}) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, answer: tryParse(text) };
}

test('the fields of a query share their reads, and a mutation sees what it wrote', async () => {
  const answers = await Promise.all([ask({ query: '{ shares }' }), ask({ query: 'mutation { shares }' })]);
  expect(answers.map(({ answer }) => answer)).toEqual([
    { data: { shares: true } },
    { data: { shares: false } },
  ]);
});

function tryParse(text: string): {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
} {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const codeOf = async (query: string, variables?: object) =>
  (await ask({ query, variables })).answer.errors?.[0]?.extensions?.code;

describe('a request that asks for too much is refused', () => {
  test.each([
    ['depth', `{${'a{'.repeat(1_000)}secret${'}'.repeat(1_000)}}`],
    ['aliases', `{${Array.from({ length: 10_000 }, (_, i) => `x${i}: secret`).join(' ')}}`],
    [
      'aliases under the token limit',
      `{${Array.from({ length: 200 }, (_, i) => `x${i}: secret`).join(' ')}}`,
    ],
    ['directives', `{${'secret @skip(if: true) '.repeat(200)}}`],
    ['a fragment cycle', '{...A} fragment A on Query {...B} fragment B on Query {...A}'],
    [
      'a fragment fan-out',
      `{...F0} ${Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query {...F${i + 1} ...F${i + 1}}`).join(' ')} fragment F40 on Query {secret}`,
    ],
    [
      'nested pages',
      '{list(first:100){edges{node{list(first:100){edges{node{list(first:100){edges{node{secret}}}}}}}}}}',
    ],
    ['many tokens', `{${'secret '.repeat(20_000)}}`],
  ])('%s', async (_, query) => {
    // What is guarded against takes minutes or never ends: the time limit of a test is enough.
    const code = await codeOf(query);
    expect(['QUERY_TOO_COMPLEX', 'GRAPHQL_INVALID']).toContain(code);
  });

  test('pages given by variables count too', async () => {
    const query =
      'query($n: Int){list(first:$n){edges{node{list(first:$n){edges{node{list(first:$n){edges{node{secret}}}}}}}}}}';
    expect(await codeOf(query, { n: 100 })).toBe('QUERY_TOO_COMPLEX');
    expect(await codeOf(query, { n: 2 })).toBeUndefined();
  });
});

describe('what GraphQL itself refuses', () => {
  test('introspection when it is off', async () => {
    expect(await codeOf('{__schema{types{name}}}')).toBe('GRAPHQL_INVALID');
  });
  test('variables of another type, which stay out of the log', async () => {
    const query = 'query($asked: Asked, $short: Short) { typed(asked: $asked, short: $short) }';
    for (const variables of [
      { asked: { unknown: 'marker-of-the-caller' } },
      { asked: { first: 'marker-of-the-caller' } },
      { asked: 'marker-of-the-caller' },
      { short: 'marker-of-the-caller' },
    ]) {
      const { answer } = await ask({ query, variables });
      expect(answer.errors?.[0]?.extensions, JSON.stringify(variables)).toMatchObject({
        code: 'GRAPHQL_INVALID',
        requestId: 'asked-once',
      });
    }
    expect(lines.join('')).not.toContain('marker-of-the-caller');
  });
  test('a mutation by GET', async () => {
    const response = await fetch(`${address}?query=mutation{write}`);
    expect(response.status).toBe(405);
  });
  test('a batch', async () => {
    const { status, answer } = await ask(Array.from({ length: 20 }, () => ({ query: '{__typename}' })));
    expect(status).toBe(400);
    expect(answer.data).toBeUndefined();
  });
  test('the same document again, in the same words and for the request that asks', async () => {
    const query = '{ nothing_of_the_kind }';
    const first = await ask({ query });
    requestId = 'asked-again';
    const again = await ask({ query }).finally(() => {
      requestId = 'asked-once';
    });
    expect(first.answer.errors?.[0]?.message).toMatch(/^The GraphQL document is not valid: Cannot query/);
    expect(again.answer.errors?.[0]?.message).toBe(first.answer.errors?.[0]?.message);
    expect(again.answer.errors?.[0]?.extensions).toMatchObject({ requestId: 'asked-again' });
  });
  test('a misspelt field, without naming others', async () => {
    const { text } = await ask({ query: '{secre}' });
    expect(text).toContain('GRAPHQL_INVALID');
    expect(text).not.toContain('Did you mean');
  });
  test('a body above the size, however it is sent', async () => {
    const large = JSON.stringify({ query: '{__typename}', padding: 'x'.repeat(limits.maxBytes) });
    const chunked = { body: new Blob([large]).stream(), duplex: 'half' } as RequestInit;
    for (const init of [{}, chunked]) {
      const { status, answer } = await ask(large, init);
      expect(status).toBe(413);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'TOO_LARGE', limit: limits.maxBytes });
    }
  });
  test('broken JSON', async () => {
    expect((await ask('{"query": ')).status).toBe(400);
  });
  test('a prototype in variables changes nothing', async () => {
    await ask(
      '{"query":"query($i:JSON){echo(value:$i)}","variables":{"i":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test('the collection of abusive requests is answered with errors, never with a crash', async () => {
  const cases = gunzipSync(readFileSync(join(referenceFolder, 'hostile/graphql-abuse.ndjson.gz')))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { name: string; body: unknown; query: string | null });
  expect(cases.length).toBeGreaterThan(5);
  for (const { name, body, query } of cases) {
    const { status, text } = await ask(body ?? { query });
    expect({ name, fine: status < 500 }).toEqual({ name, fine: true });
    expect(text).not.toContain('Did you mean');
    if (name !== 'variables-proto')
      expect({ name, refused: text.includes('"errors"') }).toEqual({ name, refused: true });
  }
});

describe('errors of resolvers', () => {
  test('an unexpected one tells nothing to the caller and everything to the log', async () => {
    const { text } = await ask({ query: '{secret}' });
    expect(text).toContain('INTERNAL');
    expect(text).not.toContain('hunter2');
    expect(lines.join('')).toContain('a resolver failed unexpectedly');
  });
  test('a store that is down is a 503 that says when to try again', async () => {
    const { status, headers, text } = await ask({ query: '{refused}' });
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('3');
    expect(text).toContain('DATABASE_UNAVAILABLE');
  });
  test('each names the request, and so does the log', async () => {
    for (const query of [
      '{secret}',
      '{refused}',
      '{unknown}',
      '{',
      `{${'a{'.repeat(100)}secret${'}'.repeat(100)}}`,
    ]) {
      const { answer } = await ask({ query });
      expect(answer.errors?.[0]?.extensions, query).toMatchObject({ requestId: 'asked-once' });
    }
    expect(lines.find((line) => line.includes('a resolver failed'))).toContain('"requestId":"asked-once"');
  });
  test('a character that cannot be stored is a fault of the input', async () => {
    expect(await codeOf('{nul}')).toBe('INPUT_INVALID');
  });
  test('a cancelled statement is a timeout', async () => {
    expect(await codeOf('{slow}')).toBe('QUERY_TIMEOUT');
  });
});
