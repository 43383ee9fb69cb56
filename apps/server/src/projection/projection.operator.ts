import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '@summit/process/config';
import { SummitError } from '@summit/process/errors';
import { encodePosition } from '../change/position.ts';
import type { Database } from '../database/database.ts';
import type { OperatorCommand, OperatorParts } from '../identity/identity.operator.ts';
import { listTenants } from '../identity/user.ts';
import { isUuid } from '../ids.ts';
import { projectionPosition } from './cursor.neo4j.ts';
import { askRebuild, setPaused } from './lease.ts';
import { verifyNow } from './report.neo4j.ts';
import { storedItems } from './rows.neo4j.ts';
import { type ProjectionStatus, projectionStatus } from './status.queries.ts';
import { Neo4jStore, neo4jOptions } from './store.neo4j.ts';

const NAME = 'neo4j';
const HEARD_WITHIN_S = 5;

/** What the operator can ask of the copies of the graph in other stores. */
export const projectionCommands: Record<string, OperatorCommand> = {
  'projection-status': {
    usage: 'projection-status neo4j',
    help: 'Where it stands: state, position, lag, what is being filled, what is wrong.',
    async run(words, parts) {
      given(words, {});
      const store = openStore();
      try {
        const answers = await store.ping().then(
          () => null,
          (error: { code: string }) => error.code,
        );
        return { ...(await shown(parts)), store: answers ?? 'answers' };
      } finally {
        await store.close();
      }
    },
  },
  'projection-holds': {
    usage: 'projection-holds neo4j ID',
    help: 'Whether an entity of one record, named by it, stands in the copy that serves, in any tenant.',
    async run(words, { db }) {
      const [id = '', ...rest] = words.filter((word) => word !== NAME && !word.startsWith('--'));
      given(
        words.filter((word) => word !== id),
        {},
      );
      if (!isUuid(id) || rest.length > 0)
        throw new SummitError('INPUT_INVALID', { problem: 'name one entity by its id.' });
      const store = openStore();
      try {
        const places = (await listTenants(db)).map(({ id: tenant }) => ({ tenant, id }));
        const serving = await projectionPosition(store);
        const found =
          serving && (await store.read((tx) => storedItems(tx, 'entity', serving.generation, places)));
        return { holds: found !== undefined && found.size > 0 };
      } finally {
        await store.close();
      }
    },
  },
  'projection-verify': {
    usage: 'projection-verify neo4j [--repair]',
    help: 'Compares counts and digests per dataset with Postgres and names each difference; --repair sets them right.',
    async run(words, { db, positionSecret }) {
      const { repair } = given(words, { repair: { type: 'boolean' } });
      const store = openStore();
      try {
        const report = await verifyNow({ db, store, repair: repair === true });
        return { ...report, position: await opaque(db, positionSecret, report.position) };
      } finally {
        await store.close();
      }
    },
  },
  'projection-rebuild': {
    usage: 'projection-rebuild neo4j [--no-wait]',
    help: 'Fills a new generation beside the one that serves and puts it in its place.',
    async run(words, parts) {
      const options = given(words, { 'no-wait': { type: 'boolean' } });
      await openStore().close();
      const { generation } = await projectionStatus(parts.db, NAME);
      const number = await askRebuild(parts.db, NAME);
      if (!options['no-wait']) await untilRebuilt(parts.db, number, generation);
      return { asked: number, ...(await shown(parts)) };
    },
  },
  'projection-pause': {
    usage: 'projection-pause neo4j',
    help: 'Applies no more changes: the copy stands as it is, and questions are answered from it as of then.',
    run: (words, parts) => pause(words, parts, true),
  },
  'projection-resume': {
    usage: 'projection-resume neo4j',
    help: 'Goes on from where it was paused.',
    run: (words, parts) => pause(words, parts, false),
  },
};

async function pause(words: string[], parts: OperatorParts, paused: boolean): Promise<object> {
  given(words, {});
  await setPaused(parts.db, NAME, paused);
  // A worker that follows says within a moment that it does what was asked; one that cannot says something else.
  for (let turn = 0; turn < HEARD_WITHIN_S * 10; turn++) {
    const { state } = await projectionStatus(parts.db, NAME);
    if (state === 'waiting' || (state === 'paused') === paused) break;
    await delay(100);
  }
  return shown(parts);
}

/**
 * Until the generation that was asked for serves. Throws PROJECTION_NOT_RUNNING where no worker does it, PROJECTION_FAILING
 * where changes do not go in and the filling comes no further either.
 */
export async function untilRebuilt(
  db: Database,
  number: number,
  before: number | null,
  patienceSeconds = 30,
): Promise<void> {
  let furthest = -1;
  for (let silent = 0, failing = 0; ; ) {
    const status = await projectionStatus(db, NAME);
    const isMade = status.generation !== null && status.generation !== before;
    if (status.rebuildsBegun >= number && isMade && status.state === 'following') return;
    // A worker that has just started has not said anything yet.
    silent = status.state === 'waiting' || status.state === 'paused' ? silent + 1 : 0;
    if (silent > patienceSeconds) throw new SummitError('PROJECTION_NOT_RUNNING', { state: status.state });
    // A generation is filled while the one that serves fails; one that is begun again and again comes no further.
    const filled = status.progress?.done ?? -1;
    if (filled > furthest) failing = 0;
    else if (status.state === 'failing') failing++;
    furthest = Math.max(furthest, filled);
    if (failing > patienceSeconds)
      throw new SummitError('PROJECTION_FAILING', { problem: status.problem ?? 'see the worker’s log' });
    if (status.progress) process.stderr.write(`${JSON.stringify({ progress: status.progress })}\n`);
    await delay(1_000);
  }
}

async function shown({ db, positionSecret }: OperatorParts): Promise<object> {
  const { name, rebuildsAsked, rebuildsBegun, position, ...status }: ProjectionStatus =
    await projectionStatus(db, NAME);
  return {
    projection: name,
    ...status,
    position: position === null ? null : await opaque(db, positionSecret, position),
    rebuildWaits: rebuildsAsked > rebuildsBegun,
  };
}

/** As the first tenant would be told it: `digest --at` takes it. */
async function opaque(db: Database, secret: Uint8Array, position: number): Promise<string | null> {
  const [tenant] = await listTenants(db);
  return tenant ? encodePosition(secret, tenant.id, position) : null;
}

function openStore(): Neo4jStore {
  const options = neo4jOptions(readConfig());
  if (!options)
    throw new SummitError('INPUT_INVALID', { problem: 'NEO4J_URI is empty: there is no projection.' });
  return new Neo4jStore(options);
}

type Options = Record<string, { type: 'boolean' }>;

/** The name of the projection, which is neo4j, and options. Throws INPUT_INVALID. */
function given(words: string[], options: Options): Record<string, boolean | undefined> {
  try {
    const { positionals, values } = parseArgs({
      args: words.filter((word) => word !== '--json'),
      options,
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== NAME) throw new Error(`name the projection: ${NAME}`);
    return values as Record<string, boolean | undefined>;
  } catch (error) {
    throw new SummitError('INPUT_INVALID', { problem: `${(error as Error).message}.` });
  }
}
