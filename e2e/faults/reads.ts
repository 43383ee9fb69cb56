import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Person } from '../asking.ts';
import type { World } from '../world.ts';
import { companyId, companyName, LENGTH } from './knownChain.ts';

/** What became of the questions of one kind. */
export type Tally = {
  right: number;
  /** Typed refusals, by code. */
  refused: Map<string, number>;
  /** Connections that broke. */
  broken: number;
  slowestMs: number;
  servedBy: Set<string>;
};

export type Reads = {
  tallies: Record<Kind, Tally>;
  /** Answers that are not true, or refusals without a code of ours. Must stay empty. */
  wrong: string[];
  stop(): Promise<void>;
};

const kinds = ['page', 'search', 'neighbours', 'path', 'stranger'] as const;
export type Kind = (typeof kinds)[number];

/** Codes that say that something is down, busy or late, and that it is worth trying again. */
const PASSING =
  /^(DATABASE_UNAVAILABLE|DATABASE_BUSY|SERVER_UNAVAILABLE|GRAPH_UNAVAILABLE|GRAPH_BUSY|QUERY_TIMEOUT|POSITION_NOT_READY)$/;

type Check = { document: string; variables: object; problem(data: never): string | undefined };

/** A question about the known chain and what its answer must be. */
function questionOf(kind: Kind, at: number): Check {
  const [id, near] = [companyId(at), [at - 1, at + 1].filter((each) => each >= 0 && each < LENGTH)];
  const same = (found: unknown, expected: unknown) =>
    JSON.stringify(found) === JSON.stringify(expected)
      ? undefined
      : `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  switch (kind) {
    case 'page':
      return {
        document: 'query($id: ID!) { entity(id: $id) { caption linkTotal } }',
        variables: { id },
        problem: ({ entity }: { entity: object }) =>
          same(entity, { caption: companyName(at), linkTotal: near.length }),
      };
    case 'search':
      return {
        document: 'query($query: String!) { search(query: $query, first: 5) { hits { entity { id } } } }',
        variables: { query: companyName(at) },
        problem: ({ search }: { search: { hits: { entity: { id: string } }[] } }) =>
          search.hits.some(({ entity }) => entity.id === id) ? undefined : 'it is not found',
      };
    case 'neighbours':
      return {
        document: `query($input: NeighbourhoodInput!) { neighbourhood(input: $input) { entities { id } links { source target } servedBy } }`,
        variables: { input: { entityIds: [id] } },
        problem: ({ neighbourhood }: { neighbourhood: { entities: { id: string }[]; links: object[] } }) =>
          same(
            [neighbourhood.entities.map((each) => each.id).sort(), neighbourhood.links.length],
            [[at, ...near].map(companyId).sort(), near.length],
          ),
      };
    case 'path': {
      const from = Math.min(at, LENGTH - 4);
      return {
        document: 'query($input: PathsInput!) { paths(input: $input) { paths { entityIds } servedBy } }',
        variables: { input: { from: companyId(from), to: companyId(from + 3) } },
        problem: ({ paths }: { paths: { paths: { entityIds: string[] }[] } }) =>
          same(
            paths.paths.map(({ entityIds }) => entityIds),
            [[0, 1, 2, 3].map((step) => companyId(from + step))],
          ),
      };
    }
    case 'stranger':
      return {
        document: 'query($id: ID!) { entity(id: $id) { caption } record(id: $id) { id } }',
        variables: { id },
        problem: (data: object) => same(data, { entity: null, record: null }),
      };
  }
}

/** Asks questions whose answers are known, as one who may see them and as somebody of another tenant, until it is stopped. */
export function startReads({ product }: World, reader: Person, stranger: Person): Reads {
  const tallies = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      { right: 0, refused: new Map(), broken: 0, slowestMs: 0, servedBy: new Set() } satisfies Tally,
    ]),
  ) as Record<Kind, Tally>;
  const wrong: string[] = [];
  let goesOn = true;

  async function askOne(kind: Kind, at: number): Promise<void> {
    const { document, variables, problem } = questionOf(kind, at);
    const tally = tallies[kind];
    const token = (kind === 'stranger' ? stranger : reader).token;
    const started = performance.now();
    const answer = await ask(product.api, token, document, variables as Record<string, unknown>, {
      signal: AbortSignal.timeout(60_000),
    }).catch((error: Error) => error);
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - started);
    if (answer instanceof Error) {
      if (answer.name === 'TimeoutError') wrong.push(`${kind} ${at}: no answer within a minute`);
      tally.broken++;
      return;
    }
    const refusal = answer.errors[0];
    if (refusal) {
      const { code } = refusal.extensions;
      tally.refused.set(code, (tally.refused.get(code) ?? 0) + 1);
      if (!PASSING.test(code)) wrong.push(`${kind} ${at}: ${JSON.stringify(refusal)}`);
      return;
    }
    const found = problem(answer.data as never);
    if (found) wrong.push(`${kind} ${at}: ${found}`);
    else tally.right++;
    for (const part of Object.values(answer.data ?? {}))
      if (part && typeof part === 'object' && 'servedBy' in part) tally.servedBy.add(String(part.servedBy));
  }

  const asking = [0, 1].map(async (half) => {
    for (let n = half; goesOn; n += 2) {
      await askOne(kinds[n % kinds.length]!, (n * 7) % LENGTH);
      await delay(20);
    }
  });
  return {
    tallies,
    wrong,
    stop: async () => {
      goesOn = false;
      await Promise.all(asking);
    },
  };
}
