import { createInterface } from 'node:readline/promises';
import { type Api, thisApi } from './api.ts';
import { followUndo } from './import.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { printJson, say } from './output.ts';

interface Options {
  import?: string;
  reason?: string;
  yes?: boolean;
  json?: boolean;
}

/** The act that is taken back. */
interface Act {
  id: string;
  summary: string;
  at: string;
  actor: { name: string };
}

const ACT = 'id summary at actor { name }';

/** Undoes one change, one's last act, or a whole import. One's last act, which nobody named, is shown first. */
export async function undo(change: string | undefined, options: Options): Promise<void> {
  const api = await thisApi(await thisInstallation());
  const reason = options.reason ? { reason: options.reason } : {};
  const json = options.json ?? false;
  if (options.import) {
    await api.graphql(
      'mutation Undo($input: ImportActInput!) { undoImport(input: $input) { import { id } } }',
      { input: { id: options.import, ...reason } },
    );
    return followUndo(api, options.import, json);
  }
  const act = change === undefined ? await lastAct(api) : await actNamed(api, change);
  if (change === undefined && act === null) {
    if (json) return printJson({ change: null });
    return say('There is nothing to undo.');
  }
  if (change === undefined && act && !json && !options.yes) await mustAgree(act);
  type Answer = { undo: { change: { id: string } | null; import: { id: string } | null } };
  const { undo: done } = await api.graphql<Answer>(
    'mutation Undo($input: UndoInput!) { undo(input: $input) { change { id } import { id } } }',
    { input: { change: change ?? act?.id, ...reason } },
  );
  // The undo of an import is a job, which has no change yet.
  if (done.import) {
    await followUndo(api, done.import.id, json);
    if (json) return;
    if (act) say(`Taken back: ${toldOf(act)}.`);
    return say('To have its facts back, import the file again.');
  }
  if (json) return printJson({ change: done.change?.id ?? null });
  if (!done.change) return say('There is nothing to undo.');
  if (act) say(`Taken back: ${toldOf(act)}.`);
  say(`To bring it back: bin/summit undo ${asWord(done.change.id)}`);
}

const toldOf = ({ summary, at, actor }: Act): string =>
  `“${summary}”, by ${actor.name}, ${at.slice(0, 16).replace('T', ' ')} UTC`;

/** A position may begin with a hyphen, which would read as an option. */
const asWord = (position: string): string => (position.startsWith('-') ? `-- ${position}` : position);

const lastAct = async (api: Api): Promise<Act | null> =>
  (await api.graphql<{ viewer: { canUndo: Act | null } }>(`{ viewer { canUndo { ${ACT} } } }`)).viewer
    .canUndo;

const actNamed = async (api: Api, change: string): Promise<Act | null> =>
  (
    await api.graphql<{ change: Act | null }>(
      `query Act($change: Position!) { change(id: $change) { ${ACT} } }`,
      { change },
    )
  ).change;

async function mustAgree(act: Act): Promise<void> {
  // An answer that comes through a pipe may have been meant for something else.
  if (!process.stdin.isTTY)
    throw new CommandError(
      `It asks before it takes back your last act, ${toldOf(act)}; to answer yes: --yes`,
    );
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Take back ${toldOf(act)}? Type yes: `);
  prompt.close();
  if (answer.trim().toLowerCase() !== 'yes') throw new CommandError('Nothing was undone.');
}
