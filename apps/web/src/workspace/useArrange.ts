import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ItemInput } from '../api/generated/graphql.ts';
import type { GraphCanvas, Place } from '../canvas/graphCanvas.ts';
import { useArrangeItems } from './caseActs.ts';
import { type CaseData, caseQuery } from './caseQueries.ts';

/** What changes of one item; what is left out stays. */
export type Arranged = { entityId: string; x?: number; y?: number; pinned?: boolean; hidden?: boolean };

/** The data with some items changed. */
export function withArranged(data: CaseData, changes: readonly Arranged[]): CaseData {
  const byId = new Map(changes.map((change) => [change.entityId, change]));
  return {
    ...data,
    items: data.items.map((item) => {
      const change = byId.get(item.entity?.id ?? item.entityId);
      return change ? { ...item, ...change, entityId: item.entityId } : item;
    }),
  };
}

/** Items that were laid out but never kept; kept along with the next act on the chart, so that they stay where they are seen. */
export function unkept(data: CaseData, places: readonly Place[], but: ReadonlySet<string>): Arranged[] {
  const at = new Map(places.map((place) => [place.id, place]));
  return data.items.flatMap((item) => {
    const id = item.entity?.id ?? item.entityId;
    const place = at.get(id);
    return place && item.x === null && !but.has(id) ? [{ entityId: id, x: place.x, y: place.y }] : [];
  });
}

/**
 * Arranges items: painted at once, sent as one change, taken back with the reason when refused. Resolves with whether
 * it was done.
 */
export function useArrange(id: string, canvas: { current: GraphCanvas | null }) {
  const queryClient = useQueryClient();
  const { mutateAsync } = useArrangeItems();
  return useCallback(
    async (changes: readonly Arranged[], from: readonly Place[] = []): Promise<boolean> => {
      const { queryKey } = caseQuery(id);
      const before = queryClient.getQueryData(queryKey);
      if (!before || changes.length === 0) return false;
      const rest = unkept(
        before,
        canvas.current?.places() ?? [],
        new Set(changes.map((one) => one.entityId)),
      );
      const all = [...changes, ...rest];
      void queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, withArranged(before, all));
      try {
        const items: ItemInput[] = all.map((change) => ({ ...change }) as ItemInput);
        await mutateAsync({ input: { investigationId: id, items } });
        return true;
      } catch {
        queryClient.setQueryData(queryKey, before);
        canvas.current?.place(from);
        return false;
      }
    },
    [id, queryClient, mutateAsync, canvas],
  );
}
