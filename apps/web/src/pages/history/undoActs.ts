import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { LaterChanges } from '../../api/generated/graphql.ts';
import { queryClient } from '../../api/queryClient.ts';
import { request } from '../../api/request.ts';
import { useAct } from '../../api/useAct.ts';
import { markTried } from '../../frame/tried.ts';
import { followUndo } from './undoImport.ts';

const UndoDocument = graphql(`
  mutation Undo($input: UndoInput!, $preview: Boolean) {
    undo(input: $input, preview: $preview) {
      change {
        id
        summary
      }
      import {
        id
        filename
      }
      preview {
        bounded {
          shown
          total
          totalIsExact
        }
        rows {
          id
          act
          kind
          caption
          before
          after
        }
      }
    }
  }
`);

const RedoDocument = graphql(`
  mutation Redo($input: RedoInput!) {
    redo(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const UndoImportDocument = graphql(`
  mutation UndoImport($input: ImportActInput!) {
    undoImport(input: $input) {
      import {
        id
        state
      }
    }
  }
`);

/** An undo may touch anything: everything on the page is read again. */
function readAll(): void {
  markTried('undo');
  void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'undo-preview' });
}

/** One that stopped may have undone some of its acts before, so that its rehearsal is another now too. */
export const readAllAfterFailure = () => void queryClient.invalidateQueries();

/** Undoes one change, or the viewer's last act when none is named. Silent: the caller shows a conflict in place. */
export const useUndo = () =>
  useAct({
    document: UndoDocument,
    // The undo of an import is a job: what follows it says so.
    done: (data) => data.undo.change?.summary ?? (data.undo.import ? undefined : 'Nothing to undo'),
    onDone: (data) => {
      if (data.undo.import) void followUndo(data.undo.import.id);
      readAll();
    },
    silent: true,
  });

export const useRedo = () =>
  useAct({
    document: RedoDocument,
    done: (data) => data.redo.change?.summary ?? 'Nothing to redo',
    onDone: readAll,
  });

export const useUndoImport = () =>
  useAct({ document: UndoImportDocument, reads: () => [['imports'], ['import']], onDone: readAll });

/**
 * What an undo would do: rehearsed on the server, rolled back. Fails with UNDO_CONFLICT where later changes stand on it,
 * unless it is said what becomes of them.
 */
export const undoPreviewQuery = (change: string, later: LaterChanges = 'REFUSE') =>
  queryOptions({
    queryKey: ['undo-preview', change, later],
    queryFn: ({ signal }) =>
      request(
        UndoDocument,
        { input: { change, later }, preview: true },
        { signal, idempotencyKey: crypto.randomUUID() },
      ).then((data) => data.undo.preview),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
