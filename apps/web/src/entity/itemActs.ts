import { graphql } from '../api/generated/gql.ts';
import { useAct } from '../api/useAct.ts';

const AddItemsDocument = graphql(`
  mutation AddItems($input: AddItemsInput!) {
    addItems(input: $input) {
      change {
        id
        summary
      }
      ids
    }
  }
`);

/** Adds entities to an investigation; those already in it stay as they are. */
export const useAddItems = () =>
  useAct({
    document: AddItemsDocument,
    reads: ({ input }) => [['investigation', input.investigationId], ['investigations'], ['entity']],
    done: (data) => data.addItems.change?.summary ?? 'They are in it already',
  });
