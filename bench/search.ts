import pg from 'pg';
import { type Figure, inSeries, random } from './measure.ts';
import { asking, type Loaded } from './product.ts';

export const SEARCH = `query ($query: String!, $filter: SearchFilter) { search(query: $query, filter: $filter, first: 20) {
  hits { score entity { id caption schema countries recordCount } matches { property value how spans } }
  facets { name exact values { value label count } } bounded { shown total totalIsExact } notes } }`;

interface Answer {
  search: { hits: { entity: { caption: string } }[] };
}

/** Names of records as people mistype them, at the gateway, with facets; and how many were found among the first 20 hits. */
export async function searchFigures(loaded: Loaded, count: number): Promise<Figure[]> {
  const ask = asking(loaded);
  const names = await someNames(loaded, count);
  const next = random(7);
  const mistyped = names.map((name) => mistype(name, next));
  let found = 0;
  let asked = 0;
  const figures = await inSeries(count, {
    'search with facets, a typing error in every name': {
      ask: async (turn) => {
        const name = names[turn % count]!;
        const { search } = await ask<Answer>(SEARCH, { query: mistyped[turn % count] });
        asked++;
        if (search.hits.some(({ entity }) => entity.caption === name)) found++;
      },
      most: 30,
    },
    'search with facets, names as they are': {
      ask: (turn) => ask(SEARCH, { query: names[turn % count] }),
      most: 30,
    },
    'search with facets, beginnings of names': {
      ask: (turn) => ask(SEARCH, { query: names[turn % count]!.slice(0, 6) }),
    },
    'search within a schema and a country': {
      ask: (turn) =>
        ask(SEARCH, {
          query: mistyped[turn % count],
          filter: { schemas: ['LegalEntity'], countries: ['GB'] },
        }),
    },
  });
  console.log(`mistyped names found among the first 20 hits: ${found} of ${asked}`);
  return figures;
}

/** Captions of records near seeded random ids: the same for the same data. */
export async function someNames({ ownerUrl, tenant }: Loaded, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'`);
  const next = random(20_251_126);
  const starts = Array.from({ length: count }, () => {
    const head = Math.floor(next() * 2 ** 32).toString(16);
    return `${head.padStart(8, '0')}-0000-0000-0000-000000000000`;
  });
  const { rows } = await client.query<{ caption: string }>(
    `select r.caption from unnest($2::uuid[]) with ordinality s(id, place) cross join lateral (
       select caption from summit.records where tenant_id = $1 and id > s.id order by id limit 1) r order by place`,
    [tenant, starts],
  );
  await client.end();
  return rows.map(({ caption }) => caption);
}

/** One letter of one word is left out, doubled, swapped with the next or replaced. Names without a word of four stay. */
export function mistype(name: string, next: () => number): string {
  const words = [...name.matchAll(/\p{L}{4,}/gu)];
  const word = words[Math.floor(next() * words.length)];
  if (!word) return name;
  const at = word.index + 1 + Math.floor(next() * (word[0].length - 2));
  const [before, letter, after] = [name.slice(0, at), name[at]!, name.slice(at + 1)];
  const letters = 'aeiourstln';
  const ways = [
    after,
    letter + letter + after,
    after.slice(0, 1) + letter + after.slice(1),
    letters[Math.floor(next() * 10)] + after,
  ];
  return before + ways[Math.floor(next() * ways.length)];
}
