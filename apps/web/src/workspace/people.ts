import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import { request } from '../api/request.ts';
import { useAct } from '../api/useAct.ts';

const PeopleDocument = graphql(`
  query People($name: String) {
    people(name: $name, first: 50) {
      id
      name
    }
  }
`);

const SetMemberDocument = graphql(`
  mutation SetMember($input: SetMemberInput!) {
    setMember(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const RemoveMemberDocument = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

/** People who may sign in and whose name holds these letters, 50 at most. */
export const peopleQuery = (name: string) =>
  queryOptions({
    queryKey: ['people', name],
    queryFn: ({ signal }) => request(PeopleDocument, { name }, { signal }).then((data) => data.people),
  });

type InCase = { input: { investigationId: string } };
const reads = ({ input }: InCase) => [['investigation', input.investigationId], ['investigations']];

/** Makes somebody lead, editor or viewer. Refusals are said where it was asked. */
export const useSetMember = () =>
  useAct({
    document: SetMemberDocument,
    reads,
    done: (data) => data.setMember.change?.summary,
    silent: true,
  });

export const useRemoveMember = () =>
  useAct({
    document: RemoveMemberDocument,
    reads,
    done: (data) => data.removeMember.change?.summary,
    silent: true,
  });
