import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { ApiError, explainAct } from '../api/apiError.ts';
import type { ViewerQuery } from '../api/generated/graphql.ts';
import { settledViewer, viewerQuery } from '../api/viewer.ts';
import { readConflicts } from '../pages/history/laterChoices.ts';
import { actBehind, isUnasked } from '../pages/history/unasked.ts';
import { useRedo, useUndo } from '../pages/history/undoActs.ts';
import { askUndoImport } from '../pages/history/undoImport.ts';
import { paths } from '../paths.ts';
import { notify } from '../ui/Toast.tsx';
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
import type { WorkspaceState } from './workspaceState.ts';

type Viewer = ViewerQuery['viewer'];
type Act = { id: string; investigationId: string | null };

/**
 * Undo and redo of the person's own last act: of the view here, of the data on the server. What was done to another case, or to
 * no data at all, is looked at in the history first.
 */
export function useUndoKeys(id: string, set: SetState) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: viewer } = useQuery(viewerQuery);
  const history = useRef<ViewHistory>(emptyHistory);
  const undo = useUndo();
  const redo = useRedo();
  const waiting = useRef(false);
  const head = viewer?.canUndo?.id ?? null;

  const rememberView = useCallback(
    (says: string, before: Partial<WorkspaceState>, after: Partial<WorkspaceState>) => {
      history.current = remember(history.current, { says, before, after, head });
    },
    [head],
  );

  const whenSettled = async (act: (viewer: Viewer | undefined) => unknown) => {
    if (waiting.current) return;
    waiting.current = true;
    try {
      await act(await settledViewer(queryClient).catch(() => viewer));
    } finally {
      waiting.current = false;
    }
  };

  /** An act on another case than the one on the screen: nobody here would see it go. */
  const isElsewhere = ({ investigationId }: Act) => investigationId !== null && investigationId !== id;
  const lookAt = (act: Act) =>
    router.history.push(
      act.investigationId === id
        ? paths.investigationHistory(id, { change: act.id, undo: '1' })
        : paths.undoPreview(act.id),
    );

  const undoLast = () =>
    whenSettled((known) => {
      const act = nextUndo(history.current, known?.canUndo?.id ?? null);
      if (act) {
        history.current = stepBack(history.current);
        set(act.before);
        return;
      }
      if (!known?.canUndo) {
        notify({ tone: 'done', title: 'Nothing of yours to undo' });
        return;
      }
      const { canUndo } = known;
      if (canUndo.importId) return askUndoImport(canUndo.importId);
      if (!isUnasked(canUndo.action) || isElsewhere(canUndo)) return lookAt(canUndo);
      undo.mutate(
        { input: { change: canUndo.id, investigationId: canUndo.investigationId ?? null } },
        {
          onError: (error) => say(error, () => lookAt(canUndo)),
        },
      );
    });

  const redoLast = () =>
    whenSettled(async (known) => {
      const act = nextRedo(history.current, known?.canUndo?.id ?? null);
      if (act) {
        history.current = stepForward(history.current);
        set(act.after);
        return;
      }
      if (!known?.canRedo) {
        notify({ tone: 'done', title: 'Nothing to redo' });
        return;
      }
      const { canRedo } = known;
      // What cannot be known now is looked at.
      const behind = isElsewhere(canRedo) ? undefined : await actBehind(canRedo).catch(() => undefined);
      if (behind === undefined || !isUnasked(behind)) return lookAt(canRedo);
      redo.mutate({ input: {} });
    });

  return { rememberView, undoLast, redoLast };
}

/** An undo that would overwrite someone's later change names it and leads to the history, where there are ways on. */
function say(error: unknown, open: () => void): void {
  const { title, detail, requestId } = explainAct(error);
  if (!(error instanceof ApiError && error.code === 'UNDO_CONFLICT')) {
    notify({ tone: 'error', title, detail: `${detail}${requestId ? ` Request ${requestId}.` : ''}` });
    return;
  }
  const [first] = readConflicts(error.details).items;
  notify({
    tone: 'error',
    title: first ? `${first.actor ?? 'Somebody'} changed ${first.caption ?? 'the same'} later` : title,
    detail: 'Nothing was undone: it would overwrite that. See both, then choose.',
    act: { name: 'See both', run: open },
  });
}
