import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { ApiError, explain } from '../api/apiError.ts';
import { viewerQuery } from '../api/viewer.ts';
import { useRedo, useUndo } from '../pages/history/undoActs.ts';
import { paths } from '../paths.ts';
import { notify } from '../ui/Toast.tsx';
import type { WorkspaceState } from '../workspaceState.ts';
import type { SetState } from './useWorkspaceState.ts';
import {
  emptyHistory,
  nextRedo,
  nextUndo,
  remember,
  stepBack,
  stepForward,
  type ViewHistory,
} from './viewUndo.ts';

type Conflict = { items?: { caption?: string; actor?: string }[] };

/** Undo and redo of the person's own last act: of the view here, of everything else on the server. */
export function useUndoKeys(id: string, set: SetState) {
  const router = useRouter();
  const { data: viewer } = useQuery(viewerQuery);
  const history = useRef<ViewHistory>(emptyHistory);
  const undo = useUndo();
  const redo = useRedo();
  const head = viewer?.canUndo?.id ?? null;

  const rememberView = useCallback(
    (says: string, before: Partial<WorkspaceState>, after: Partial<WorkspaceState>) => {
      history.current = remember(history.current, { says, before, after, head });
    },
    [head],
  );

  const undoLast = () => {
    const act = nextUndo(history.current, head);
    if (act) {
      history.current = stepBack(history.current);
      set(act.before);
      return;
    }
    if (undo.isPending) return;
    if (!viewer?.canUndo) {
      notify({ tone: 'done', title: 'Nothing of yours to undo' });
      return;
    }
    const { canUndo } = viewer;
    undo.mutate(
      { input: { change: canUndo.id, investigationId: canUndo.investigationId ?? null } },
      {
        onError: (error) => say(error, () => router.history.push(paths.investigationHistory(id, canUndo.id))),
      },
    );
  };

  const redoLast = () => {
    const act = nextRedo(history.current, head);
    if (act) {
      history.current = stepForward(history.current);
      set(act.after);
      return;
    }
    if (redo.isPending) return;
    if (!viewer?.canRedo) {
      notify({ tone: 'done', title: 'Nothing to redo' });
      return;
    }
    redo.mutate({ input: {} });
  };

  return { rememberView, undoLast, redoLast };
}

/** An undo that would overwrite someone's later change names it and leads to the history, where there are ways on. */
function say(error: unknown, open: () => void): void {
  const { title, detail, requestId } = explain(error);
  const isConflict = error instanceof ApiError && error.code === 'UNDO_CONFLICT';
  const [first] = isConflict ? ((error.details as Conflict).items ?? []) : [];
  const named = first?.caption ? ` ${first.actor ?? 'Someone'} changed ${first.caption} since.` : '';
  notify({
    tone: 'error',
    title,
    detail: `${detail}${named}${!isConflict && requestId ? ` Request ${requestId}.` : ''}`,
    ...(isConflict ? { act: { name: 'See it', run: open } } : {}),
  });
}
