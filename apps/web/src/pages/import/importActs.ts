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

const reads = () => [['import'], ['imports'], ['datasets']];

/** Starts an import, or its check: the same, with nothing written. */
export const useStartImport = () => useAct({ document: StartDocument, reads, silent: true });

/** Stops an import; what is in stays in and can be undone. */
export const useCancelImport = () => useAct({ document: CancelDocument, reads });

export const useResumeImport = () => useAct({ document: ResumeDocument, reads });

/** Imports edited rejects again, from a file that was sent. */
export const useRetryRejects = () => useAct({ document: RetryDocument, reads });
