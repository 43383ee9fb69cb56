import { graphql } from '../api/generated/gql.ts';
import { useAct } from '../api/useAct.ts';

const ArrangeDocument = graphql(`
  mutation Arrange($input: ArrangeItemsInput!) {
    arrangeItems(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const RemoveItemsDocument = graphql(`
  mutation RemoveItems($input: RemoveItemsInput!) {
    removeItems(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const CreateEntityDocument = graphql(`
  mutation CreateEntity($input: CreateEntityInput!) {
    createEntity(input: $input) {
      ids
      change {
        id
        summary
      }
      hints {
        entity {
          id
          caption
          schema
        }
      }
    }
  }
`);

const DeleteEntityDocument = graphql(`
  mutation DeleteEntity($input: DeleteEntityInput!) {
    deleteEntity(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const CreateRelationshipDocument = graphql(`
  mutation CreateRelationship($input: CreateRelationshipInput!) {
    createRelationship(input: $input) {
      ids
      change {
        id
        summary
      }
    }
  }
`);

const DeleteRelationshipDocument = graphql(`
  mutation DeleteRelationship($input: DeleteRelationshipInput!) {
    deleteRelationship(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const UpdateInvestigationDocument = graphql(`
  mutation UpdateInvestigation($input: UpdateInvestigationInput!) {
    updateInvestigation(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const MarkSeenDocument = graphql(`
  mutation MarkSeen($investigationId: ID) {
    markSeen(investigationId: $investigationId)
  }
`);

type InCase = { input: { investigationId: string } };
const ofCase = ({ input }: InCase) => [['investigation', input.investigationId], ['investigations']];
const everything = ({ input }: InCase) => [...ofCase({ input }), ['entity'], ['search']];

/** Places, pins, hidden: painted before it is sent, so it says nothing when done. */
export const useArrangeItems = () => useAct({ document: ArrangeDocument, reads: ofCase });

export const useRemoveItems = () =>
  useAct({
    document: RemoveItemsDocument,
    reads: everything,
    done: (data) => data.removeItems.change?.summary,
  });

export const useCreateEntity = () =>
  useAct({
    document: CreateEntityDocument,
    reads: everything,
    done: (data) => data.createEntity.change?.summary,
  });

/** Removes what the notebook made; what a source said is refused. */
export const useDeleteEntity = () =>
  useAct({
    document: DeleteEntityDocument,
    reads: everything,
    done: (data) => data.deleteEntity.change?.summary,
  });

export const useCreateRelationship = () =>
  useAct({
    document: CreateRelationshipDocument,
    reads: everything,
    done: (data) => data.createRelationship.change?.summary,
  });

export const useDeleteRelationship = () =>
  useAct({
    document: DeleteRelationshipDocument,
    reads: everything,
    done: (data) => data.deleteRelationship.change?.summary,
  });

export const useUpdateInvestigation = () =>
  useAct({
    document: UpdateInvestigationDocument,
    reads: ({ input }) => [['investigation', input.id], ['investigations']],
    done: (data) => data.updateInvestigation.change?.summary,
  });

/** Remembers that the investigation was looked at; not an act of the person's, so it says nothing. */
export const useMarkSeen = () => useAct({ document: MarkSeenDocument, silent: true });
