import { graphql } from '../../api/generated/gql.ts';
import { useAct } from '../../api/useAct.ts';

const StartDocument = graphql(`
  mutation StartImport($input: StartImportInput!, $preview: Boolean) {
    startImport(input: $input, preview: $preview) {
      import {
        id
        state
      }
    }
  }
`);

const CancelDocument = graphql(`
  mutation CancelImport($input: ImportActInput!) {
    cancelImport(input: $input) {
      import {
        id
        state
      }
    }
  }
`);

const ResumeDocument = graphql(`
  mutation ResumeImport($input: ImportActInput!) {
    resumeImport(input: $input) {
      import {
        id
        state
      }
    }
  }
`);

const RetryDocument = graphql(`
  mutation RetryRejects($input: RetryRejectsInput!) {
    retryRejects(input: $input) {
      import {
        id
        state
      }
    }
  }
`);

const RemoveOriginalDocument = graphql(`
  mutation RemoveOriginal($input: RemoveFileInput!) {
    removeFile(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const reads = () => [['import'], ['imports'], ['datasets']];

/** Starts an import, or its check: the same, with nothing written. */
export const useStartImport = () => useAct({ document: StartDocument, reads, silent: true });

/** Stops an import; what is in stays in and can be undone. */
export const useCancelImport = () => useAct({ document: CancelDocument, reads });

export const useResumeImport = () => useAct({ document: ResumeDocument, reads });

/** Imports edited rejects again, from a file that was sent. */
export const useRetryRejects = () => useAct({ document: RetryDocument, reads });

/** Removes the original of an import for good: the one act without an undo. */
export const useRemoveOriginal = () =>
  useAct({
    document: RemoveOriginalDocument,
    reads: () => [...reads(), ['record']],
    done: (data) => data.removeFile.change?.summary ?? 'The original was removed before',
  });
