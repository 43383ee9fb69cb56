import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Redo2, Undo2 } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { type Action, useRegister } from '../../actions/registry.ts';
import { ApiError, explainAct } from '../../api/apiError.ts';
import { queryClient } from '../../api/queryClient.ts';
import { settledViewer, viewerQuery } from '../../api/viewer.ts';
import { paths } from '../../paths.ts';
import { notify } from '../../ui/Toast.tsx';
import { actBehind, isUnasked } from './unasked.ts';
import { useRedo, useUndo } from './undoActs.ts';
import { askUndoImport } from './undoImport.ts';

/** Right after an act the server is still being asked what comes next: keys pressed meanwhile are not lost. */
const isAsking = () => queryClient.isFetching({ queryKey: viewerQuery.queryKey }) > 0;

/**
 * Ctrl/⌘ Z anywhere undoes the person's own last act on the data. What is none of that is looked at in the history first, and so
 * is one that a later change stands on.
 */
export function useUndoRedo(): void {
  const router = useRouter();
  const { data: viewer } = useQuery(viewerQuery);
  const undo = useUndo();
  const redo = useRedo();
  const latest = useRef({ undo, redo, viewer, router });
  latest.current = { undo, redo, viewer, router };

  const asked = useRef<Promise<void>>(Promise.resolve());

  const actions = useMemo<Action[]>(
    () => [
      {
        id: 'history.undo',
        name: 'Undo your last act',
        group: 'History',
        keys: ['Mod+Z'],
        icon: Undo2,
        enabled: () => (latest.current.viewer?.canUndo || isAsking() ? true : 'nothing of yours to undo'),
        run: () => {
          // One after the other: pressed twice, the second takes the act before.
          asked.current = asked.current.then(async () => {
            const { canUndo } = await settledViewer(queryClient);
            // A single key takes back no whole import.
            if (canUndo?.importId) askUndoImport(canUndo.importId);
            else if (canUndo && isUnasked(canUndo.action)) undoNow(canUndo.id, latest.current);
            else if (canUndo) latest.current.router.history.push(paths.undoPreview(canUndo.id));
            else notify({ tone: 'done', title: 'Nothing of yours to undo' });
          });
          asked.current = asked.current.catch((error: unknown) => notifyError(error));
        },
      },
      {
        id: 'history.redo',
        name: 'Redo your last undo',
        group: 'History',
        keys: ['Mod+Shift+Z'],
        icon: Redo2,
        enabled: () => (latest.current.viewer?.canRedo || isAsking() ? true : 'nothing to redo'),
        run: () => {
          asked.current = asked.current.then(async () => {
            const { canRedo } = await settledViewer(queryClient);
            if (canRedo && !isUnasked((await actBehind(canRedo)) ?? ''))
              latest.current.router.history.push(paths.undoPreview(canRedo.id));
            else latest.current.redo.mutate({ input: {} });
          });
          asked.current = asked.current.catch((error: unknown) => notifyError(error));
        },
      },
    ],
    [],
  );
  useRegister(actions);
}

type Now = { undo: ReturnType<typeof useUndo>; router: ReturnType<typeof useRouter> };

function undoNow(change: string, { undo, router }: Now): void {
  undo.mutate(
    { input: { change }, preview: false },
    {
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'UNDO_CONFLICT')
          router.history.push(paths.undoPreview(change));
        else notifyError(error);
      },
    },
  );
}

function notifyError(error: unknown): void {
  const { title, detail } = explainAct(error);
  notify({ tone: 'error', title, detail });
}
