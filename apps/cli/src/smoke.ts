import { setTimeout as delay } from 'node:timers/promises';
import { Api, thisApi } from './api.ts';
import { CommandError, doorUrl, type Installation, thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say } from './output.ts';

const WAIT_MS = 45_000;

/**
 * Waits for both doors, then writes a fact through the API, reads it back and undoes it. Where Neo4j is configured here, its copy
 * must have the fact too, and lose it again.
 */
export async function smoke(options: { url?: string; token?: string; json?: boolean }): Promise<void> {
  const remote = options.url?.replace(/\/+$/, '');
  const installation = remote ? undefined : await thisInstallation();
  const ui = remote ?? doorUrl(installation!.config, 'ui');
  const gateway = remote ?? doorUrl(installation!.config, 'api');
  const note = options.json ? () => {} : say;
  const deadline = Date.now() + WAIT_MS;

  note('waiting up to 45 s');
  await until(deadline, `The UI at ${ui} does not answer`, async () => {
    const page = await fetch(`${ui}/`, { signal: AbortSignal.timeout(5_000) });
    return page.ok && (page.headers.get('content-type') ?? '').includes('text/html');
  });
  note('✅ UI is up');
  await until(deadline, `The gateway at ${gateway} is not healthy`, async () => {
    const health = await fetch(`${gateway}/healthz`, { signal: AbortSignal.timeout(5_000) });
    return health.ok && ((await health.json()) as { status?: string }).status === 'ok';
  });
  note('✅ Gateway is up');
  await until(deadline, `The gateway at ${gateway} is not ready`, async () => {
    const ready = await fetch(`${gateway}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    if (ready.ok) return true;
    const { failures = [] } = (await ready.json()) as { failures?: string[] };
    throw new Error(failures.join(', '));
  });

  const copy = installation?.config.NEO4J_URI ? copyIn(installation) : undefined;
  const api = await apiFor(installation, gateway, options.token);
  const fact = await writeReadUndo(api, (entity) => copy?.becomes(entity, true));
  note(`✅ A fact was written, read back and undone (${fact.milliseconds} ms)`);
  await copy?.becomes(fact.entity, false);
  if (copy) note('✅ It went into Postgres and its copy in Neo4j, and out of both');
  if (options.json)
    printJson({ ui: true, gateway: true, fact, stores: { postgres: true, ...(copy && { neo4j: true }) } });
}

/** How long a change may take into the copy. */
const COPIED_WITHIN_MS = 20_000;

/** The copy of the graph in Neo4j, looked at by the operator's command. */
function copyIn(installation: Installation) {
  return {
    async becomes(entity: string, there: boolean): Promise<void> {
      const deadline = Date.now() + COPIED_WITHIN_MS;
      for (;;) {
        const { holds } = await operator<{ holds: boolean }>(installation, [
          'projection-holds',
          'neo4j',
          entity,
        ]);
        if (holds === there) return;
        if (Date.now() > deadline) break;
        await delay(250);
      }
      throw new CommandError(
        `Postgres has the change and Neo4j does not after ${COPIED_WITHIN_MS / 1000} s: the fact ${there ? 'is not there yet' : 'is still there'}. \`bin/summit projection status neo4j\`, \`make doctor\`.`,
      );
    },
  };
}

async function apiFor(installation: Installation | undefined, gateway: string, token?: string): Promise<Api> {
  if (token) return new Api(gateway, token);
  if (installation) return thisApi(installation);
  throw new CommandError(
    'Another installation needs TOKEN=…, made there with `bin/summit token create --name smoke`.',
  );
}

async function until(deadline: number, problem: string, check: () => Promise<boolean>): Promise<void> {
  let reason = 'no answer';
  do {
    try {
      if (await check()) return;
      reason = 'not what was expected';
    } catch (error) {
      reason = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
    }
    await delay(250);
  } while (Date.now() < deadline);
  throw new CommandError(`${problem} (${reason}). Is it running? \`make status\`, \`make doctor\`.`);
}

type Made = { change: { id: string } | null; ids: string[] };

/** The one fact: an investigation with one entity, both taken back at the end, whatever happens between. */
async function writeReadUndo(
  api: Api,
  whileThere: (entity: string) => Promise<void> | undefined,
): Promise<{ entity: string; milliseconds: number }> {
  const started = performance.now();
  const done: string[] = [];
  const caption = `Smoke check ${new Date().toISOString()}`;
  const mutate = async (name: string, type: string, input: object): Promise<Made> => {
    const document = `mutation Smoke($input: ${type}!) { ${name}(input: $input) { change { id } ids } }`;
    const made = (await api.graphql<Record<string, Made>>(document, { input }))[name]!;
    if (made.change) done.push(made.change.id);
    return made;
  };
  let entity: string;
  let elsewhere = 0;
  try {
    const investigation = await mutate('createInvestigation', 'CreateInvestigationInput', { title: caption });
    const made = await mutate('createEntity', 'CreateEntityInput', {
      investigationId: investigation.ids[0],
      schema: 'Person',
      properties: [{ name: 'name', values: [caption] }],
    });
    entity = made.ids[0]!;
    const read = await api.graphql<{ entity: { caption: string } | null }>(
      'query Read($id: ID!) { entity(id: $id) { caption } }',
      { id: entity },
    );
    if (read.entity?.caption !== caption)
      throw new CommandError('The fact that was written could not be read back.');
    const paused = performance.now();
    await whileThere(entity);
    elsewhere = performance.now() - paused;
  } finally {
    for (const change of done.toReversed()) {
      await api.graphql('mutation Undo($input: UndoInput!) { undo(input: $input) { change { id } } }', {
        input: { change },
      });
    }
  }
  const gone = await api.graphql<{ entity: unknown }>('query Read($id: ID!) { entity(id: $id) { id } }', {
    id: entity,
  });
  if (gone.entity) throw new CommandError('The fact is still there after it was undone.');
  return { entity, milliseconds: Math.round(performance.now() - started - elsewhere) };
}
