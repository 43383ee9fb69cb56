import { graphql } from '../../api/generated/gql.ts';
import { useAct } from '../../api/useAct.ts';

const CreateDocument = graphql(`
  mutation CreateInvestigation($input: CreateInvestigationInput!) {
    createInvestigation(input: $input) {
      ids
      change {
        id
        summary
      }
    }
  }
`);

const CopyDocument = graphql(`
  mutation CopyInvestigation($input: CopyInvestigationInput!) {
    copyInvestigation(input: $input) {
      ids
      change {
        id
        summary
      }
    }
  }
`);

const list = () => [['investigations']];

export const useCreateInvestigation = () => useAct({ document: CreateDocument, reads: list });

/** A writable copy: how one starts from the sample. */
export const useCopyInvestigation = () =>
  useAct({ document: CopyDocument, reads: list, done: (data) => data.copyInvestigation.change?.summary });
