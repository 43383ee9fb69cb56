import { createInterface } from 'node:readline/promises';
import { thisApi } from './api.ts';
import { CommandError, thisInstallation } from './installation.ts';
import { printJson, say } from './output.ts';

interface Options {
  import?: string;
  dataset?: string;
  reason?: string;
  yes?: boolean;
  json?: boolean;
}

interface Kept {
  id: string;
  filename: string;
  datasets: string[];
}

/** Removes the originals of an import or a dataset for good, after asking: this alone cannot be undone. */
export async function removeFile(options: Options): Promise<void> {
  if (Boolean(options.import) === Boolean(options.dataset))
    throw new CommandError('Say whose original goes: --import ID or --dataset KEY.');
  const api = await thisApi(await thisInstallation());
  const input = {
    ...(options.import ? { import: options.import } : { dataset: options.dataset }),
    ...(options.reason ? { reason: options.reason } : {}),
  };
  type Answer = { removeFile: { change: { summary: string } | null; ids: string[]; kept: Kept[] } };
  const ask = (preview: boolean) =>
    api.graphql<Answer>(
      `mutation Remove($input: RemoveFileInput!, $preview: Boolean!) {
        removeFile(input: $input, preview: $preview) { change { summary } ids kept { id filename datasets } } }`,
      { input, preview },
    );
  if (!options.yes) {
    const { ids } = (await ask(true)).removeFile;
    if (ids.length > 0 && !(await confirmed(ids.length))) throw new CommandError('Nothing was removed.');
  }
  const { ids, change, kept } = (await ask(false)).removeFile;
  if (options.json) return printJson({ files: ids, kept });
  if (change) say(`${change.summary}. The facts stand.`);
  else if (kept.length === 0) say('No original is kept there.');
  for (const { id, filename, datasets } of kept)
    say(
      `Stays: ${filename} (${id}), as ${datasets.join(', ') || 'a dataset that you do not see'} came from it too.`,
    );
}

async function confirmed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CommandError('It asks before it removes for good; to answer yes: --yes');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(
    `Delete ${count === 1 ? 'the original' : `${count} originals`} for good? The facts stand. Type yes: `,
  );
  prompt.close();
  return answer.trim().toLowerCase() === 'yes';
}
