import type { JobsOptions } from '../job/worker.ts';
import type { Services } from './importContext.ts';
import { runImport } from './runImport.ts';
import { runUndo, type UndoPayload } from './undoImport.ts';

/** The jobs of this noun, by kind. */
export function importJobs(services: Services): JobsOptions['handlers'] {
  return {
    import: (run, payload) => runImport(services, run, String(payload.import)),
    'import.undo': (run, payload) => runUndo(services, run, payload as unknown as UndoPayload),
  };
}
