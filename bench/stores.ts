import { readdir, readFile, readlink } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { read } from '../apps/server/src/change/read.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { neo4jGraph } from '../apps/server/src/graph/graphQueries.neo4j.ts';
import { postgresGraph } from '../apps/server/src/graph/graphQueries.postgres.ts';
import type { Answer, Asked, GraphQueries } from '../apps/server/src/graph/graphQueries.ts';
import { planAll } from '../apps/server/src/graph/warm.neo4j.ts';
import { projectionPosition } from '../apps/server/src/projection/cursor.neo4j.ts';
import { inSnapshot, logState } from '../apps/server/src/projection/source.ts';
import { Neo4jStore, neo4jOptions } from '../apps/server/src/projection/store.neo4j.ts';
import { Actor } from '../apps/server/src/tenant/actor.ts';
import { readConfig } from '../packages/process/src/config.ts';
import { type Bare, bareNeo4j, bareTables } from './bare.ts';
import { people } from './graph.ts';
import { type Figure, sideBySide } from './measure.ts';
import type { Loaded } from './product.ts';

interface Question {
  port(graph: GraphQueries, asked: Asked, turn: number): Promise<Answer>;
  bare?(store: Bare, turn: number): Promise<unknown>;
  asAnswered?(store: Bare['asAnswered'], turn: number): Promise<unknown>;
}
type Asking = [what: string, { ask(turn: number): Promise<unknown> }];

const NOBODY = '00000000-0000-4000-8000-000000000000';
const OWNERSHIP = ['owns', 'holds', 'director_of'];
const FILLED_WITHIN_MS = 1_800_000;

/**
 * The same questions on the same graph through both adapters of the port, as the reader, in turns; NEO4J_URI says where the copy
 * is, which the product's worker fills. Answers are compared: how many differed, and who answered, is told.
 */
export async function storesFigures(loaded: Loaded, count: number): Promise<Figure[]> {
  const options = neo4jOptions(readConfig(process.env, []));
  if (!options) throw new Error('set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD');
  const store = new Neo4jStore(options);
  const db = new Database({ url: loaded.appUrl });
  const { someone, hubs } = await people(loaded, count);
  const ctx: Context = {
    db,
    actor: new Actor(loaded.user, 'Bench', ['owner']),
    scope: { tenant: loaded.tenant, clearance: 4 },
    requestId: 'bench',
    positionSecret: new Uint8Array(32),
  };
  const postgres = postgresGraph(db);
  const graphs = { Postgres: postgres, Neo4j: neo4jGraph(db, store, postgres) };
  const hub = (turn: number) => hubs[turn % hubs.length]!;
  const pair = (turn: number, maxHops: number) => ({
    ...{ from: someone(2 * turn), to: someone(2 * turn + 1) },
    ...{ maxHops, k: 1 },
  });
  const two = (turn: number) => [someone(2 * turn), someone(2 * turn + 1)] as const;
  const questions: Record<string, Question> = {
    // What every answer costs before anything is found: who asks, what they may see, and where the answer stands.
    'one hop from nobody': {
      port: (graph, asked) => graph.neighbourhood(asked, { ids: [NOBODY], depth: 1, limit: 100 }),
      bare: (store) => store.near(NOBODY, 100),
      asAnswered: (store) => store.near(NOBODY, 100),
    },
    'one hop, ≤ 100': {
      port: (graph, asked, turn) =>
        graph.neighbourhood(asked, { ids: [someone(turn)], depth: 1, limit: 100 }),
      bare: (store, turn) => store.near(someone(turn), 100),
      asAnswered: (store, turn) => store.near(someone(turn), 100),
    },
    'one hop from the 20 greatest hubs, ≤ 100': {
      port: (graph, asked, turn) => graph.neighbourhood(asked, { ids: [hub(turn)], depth: 1, limit: 100 }),
      bare: (store, turn) => store.near(hub(turn), 100),
      asAnswered: (store, turn) => store.near(hub(turn), 100),
    },
    'counts of the 20 greatest hubs': {
      port: (graph, asked, turn) => graph.degrees(asked, { ids: [hub(turn)] }),
      bare: (store, turn) => store.counts(hub(turn)),
    },
    'two hops of three types, ≤ 1,000': {
      port: (graph, asked, turn) =>
        graph.neighbourhood(asked, { ids: [someone(turn)], depth: 2, limit: 1_000, types: OWNERSHIP }),
      bare: (store, turn) => store.twoHops(someone(turn), 1_000, OWNERSHIP),
      asAnswered: (store, turn) => store.twoHops(someone(turn), 1_000, OWNERSHIP),
    },
    'two hops, ≤ 1,000': {
      port: (graph, asked, turn) =>
        graph.neighbourhood(asked, { ids: [someone(turn)], depth: 2, limit: 1_000 }),
      bare: (store, turn) => store.twoHops(someone(turn), 1_000, null),
      asAnswered: (store, turn) => store.twoHops(someone(turn), 1_000, null),
    },
    'path of at most 4 hops': {
      port: (graph, asked, turn) => graph.paths(asked, pair(turn, 4)),
      bare: (store, turn) => store.shortest(...two(turn), 4),
    },
    'path of at most 6 hops': {
      port: (graph, asked, turn) => graph.paths(asked, pair(turn, 6)),
      bare: (store, turn) => store.shortest(...two(turn), 6),
    },
    'five shortest paths of at most 4 hops': {
      port: (graph, asked, turn) => graph.paths(asked, { ...pair(turn, 4), k: 5 }),
    },
    'common neighbours of two': {
      port: (graph, asked, turn) => graph.commonNeighbours(asked, { ids: [...two(turn)], first: 100 }),
      bare: (store, turn) => store.common(...two(turn), 100),
      asAnswered: (store, turn) => store.common(...two(turn), 100),
    },
    'common neighbours with a hub': {
      port: (graph, asked, turn) =>
        graph.commonNeighbours(asked, { ids: [someone(turn), hub(turn)], first: 100 }),
      bare: (store, turn) => store.common(someone(turn), hub(turn), 100),
      asAnswered: (store, turn) => store.common(someone(turn), hub(turn), 100),
    },
  };

  const tables = await bareTables(loaded);
  try {
    await untilFilled(db, store);
    await planAll(store);
    const { generation } = (await projectionPosition(store))!;
    const bare = {
      'bare Postgres': tables,
      'bare Neo4j': bareNeo4j(store, `${generation}|${loaded.tenant}|`, tables.drawn),
    };
    const told = { same: 0, different: [] as string[], neo4j: 0, postgres: 0 };
    let last: unknown;
    const figures = await sideBySide(
      count,
      Object.fromEntries(
        Object.entries(questions).flatMap(([what, question]) => [
          ...Object.entries(graphs).map(
            ([name, graph]): Asking => [
              `${what}: ${name}`,
              {
                ask: async (turn) => {
                  const {
                    servedBy,
                    position: _,
                    ...answer
                  } = await read(ctx, undefined, (tx) =>
                    // As a request asks (graph/graphQuestions.ts): with what the asker has done last.
                    question.port(graph, Object.assign(tx, { actor: ctx.actor.id, after: 0 }), turn),
                  );
                  if (name === 'Neo4j') {
                    told[servedBy as 'neo4j' | 'postgres']++;
                    if (isDeepStrictEqual(answer, last)) told.same++;
                    else told.different.push(`${what} ${turn}`);
                  }
                  last = answer;
                },
              },
            ],
          ),
          ...Object.entries(bare).flatMap(([name, itself]): Asking[] => [
            ...(question.bare
              ? [[`${what}: ${name}`, { ask: (turn) => question.bare!(itself, turn) }] as Asking]
              : []),
            ...(question.asAnswered
              ? [
                  [
                    `${what}: ${name}, as answered`,
                    { ask: (turn) => question.asAnswered!(itself.asAnswered, turn) },
                  ] as Asking,
                ]
              : []),
          ]),
        ]),
      ),
    );
    printRatios(questions, figures);
    console.log(
      `\nstores: ${told.same} answers alike, ${told.different.length} not ${told.different.slice(0, 5).join('; ')}; asked of Neo4j, ${told.neo4j} were answered by it, ${told.postgres} by Postgres`,
    );
    console.log(
      `memory: Neo4j ${await residentMegabytes(new URL(options.uri).port)} MB, Postgres ${await residentMegabytes(new URL(loaded.appUrl).port)} MB proportional set size`,
    );
    return figures;
  } finally {
    await Promise.all([db.close(), store.close(), tables.close()]);
  }
}

/** How much longer the port takes than the store it stands on, for a whole answer against bare ids, and against its like. */
function printRatios(questions: Record<string, Question>, figures: readonly Figure[]): void {
  const of = (what: string, name: string) => figures.find((figure) => figure.what === `${what}: ${name}`)!;
  console.log('\nThe port against its store: p50, p95');
  for (const what of Object.keys(questions).filter((each) => questions[each]!.bare)) {
    const against = [
      ['Postgres', 'bare Postgres'],
      ['Neo4j', 'bare Neo4j'],
      ...(questions[what]!.asAnswered
        ? [
            ['Postgres', 'bare Postgres, as answered'],
            ['Neo4j', 'bare Neo4j, as answered'],
          ]
        : []),
    ];
    const told = against.map(([name, itself]) => {
      const [port, bare] = [of(what, name!), of(what, itself!)];
      return `${itself} × ${(port.p50 / bare.p50).toFixed(1)}, × ${(port.p95 / bare.p95).toFixed(1)}`;
    });
    console.log(`${what.padEnd(42)} ${told.join('   ')}`);
  }
}

/** The worker of the product has brought the copy to the end of the log. */
export async function untilFilled(db: Database, store: Neo4jStore): Promise<void> {
  const began = performance.now();
  for (;;) {
    const { head } = await inSnapshot(db, (tx) => logState(tx));
    const cursor = await projectionPosition(store);
    if (cursor && cursor.position >= head) break;
    if (performance.now() - began > FILLED_WITHIN_MS)
      throw new Error('the copy in Neo4j did not come to the end of the log');
    await new Promise((done) => setTimeout(done, 1_000));
  }
  console.log(
    `Neo4j stands at the end of the log, after ${((performance.now() - began) / 1000).toFixed(0)} s of waiting`,
  );
}

/** Proportional set size of the server that listens on a port of this machine, with all its processes. */
async function residentMegabytes(port: string): Promise<number> {
  const local = Number(port).toString(16).toUpperCase().padStart(4, '0');
  const lines = (
    await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  )
    .join('\n')
    .split('\n');
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A');
  const sockets = new Set(
    listening.filter((fields) => fields[1]!.endsWith(`:${local}`)).map((fields) => `socket:[${fields[9]}]`),
  );
  const parents = new Map<string, string>();
  const owners = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    parents.set(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '0');
    for (const name of await readdir(`/proc/${pid}/fd`).catch(() => []))
      if (sockets.has(await readlink(`/proc/${pid}/fd/${name}`).catch(() => ''))) owners.add(pid);
  }
  let kilobytes = 0;
  for (const [pid, parent] of parents) {
    if (!owners.has(pid) && !owners.has(parent)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}
