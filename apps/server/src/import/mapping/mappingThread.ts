/** The thread in which mappings are read and tried: what people write can be as slow as it likes, nobody else waits for it. */
import { parentPort } from 'node:worker_threads';
import { SummitError } from '@summit/process/errors';
import { type Mapping, parseMapping } from './mapping.ts';
import { type Previewing, type PreviewRows, previewRows } from './previewRows.ts';

export type Task = { parse: { yaml: string; fileName: string | undefined } } | { preview: Previewing };

export type Told =
  | { mapping: Mapping }
  | { preview: PreviewRows }
  | { problem: { code: string; details: Record<string, unknown>; message: string } };

async function answer(task: Task): Promise<Told> {
  try {
    if ('preview' in task) return { preview: await previewRows(task.preview) };
    return { mapping: parseMapping(task.parse.yaml, task.parse.fileName) };
  } catch (error) {
    const { message, stack } = error as Error;
    return {
      problem:
        error instanceof SummitError
          ? { code: error.code, details: error.details, message }
          : { code: 'INTERNAL', details: {}, message: stack ?? message },
    };
  }
}

parentPort?.on('message', async (task: Task) => parentPort!.postMessage(await answer(task)));
