import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { graphql } from '../api/generated/gql.ts';
import { request } from '../api/request.ts';
import type { SetState } from './useWorkspaceState.ts';

const NamesNowDocument = graphql(`
  query NamesNow($ids: [ID!]!) {
    entities(ids: $ids) {
      id
    }
  }
`);

/**
 * An entity answers to the id of any of its records and is called by the smallest: a fact or a judgement by hand may give it
 * another name, and undo the earlier one. What was selected, or stands in a link, stays selected under the name of now.
 */
export function useIdNow(
  investigation: string,
  selected: readonly string[],
  known: ReadonlyMap<string, unknown>,
  set: SetState,
): void {
  const strange = known.size === 0 ? [] : selected.filter((id) => !known.has(id));
  const { data } = useQuery({
    // Under the investigation: read again when it changed, as a name may have.
    queryKey: ['investigation', investigation, 'names', strange],
    enabled: strange.length > 0,
    queryFn: async ({ signal }) => {
      const { entities } = await request(NamesNowDocument, { ids: strange }, { signal });
      return new Map(strange.map((id, i) => [id, entities[i]?.id]));
    },
  });
  useEffect(() => {
    if (!data) return;
    const now = [...new Set(selected.map((id) => data.get(id) ?? id))];
    if (now.some((id, i) => id !== selected[i]) && now.every((id) => known.has(id))) set({ sel: now });
  }, [data, selected, known, set]);
}
