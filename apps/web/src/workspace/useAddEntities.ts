import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { GraphCanvas, Place } from '../canvas/graphCanvas.ts';
import { useAddItems } from '../entity/itemActs.ts';
import { counted } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { notify } from '../ui/Toast.tsx';
import {
  type CaseData,
  type CaseGraph,
  type CaseItem,
  caseGraphQuery,
  caseQuery,
  type GraphLink,
} from './caseQueries.ts';
import { type Found, linksAmong } from './expandQueries.ts';
import type { Arranged } from './useArrange.ts';

/** Longest wait for the layout to find places, in ms: after it items are added without, and placed on the next read. */
const placingMs = 1500;

const asItem = (entity: Found): CaseItem => ({
  entityId: entity.id,
  x: null,
  y: null,
  pinned: false,
  hidden: false,
  entity,
  takenOut: null,
});

/**
 * Adds entities to the investigation: they appear beside their neighbours at once, everything else holds still, and the
 * places they found are sent with them, as one change. Refused, they go again.
 */
export function useAddEntities(
  id: string,
  references: boolean,
  canvas: { current: GraphCanvas | null },
  keepUnkept: () => Promise<unknown>,
) {
  const queryClient = useQueryClient();
  const { mutateAsync } = useAddItems();
  const waiting = useRef<{ ids: ReadonlySet<string>; done(places: Place[]): void } | null>(null);

  /** The chart calls this with the places of what was new to it. */
  const onPlaced = useCallback((places: Place[]) => {
    const wait = waiting.current;
    if (wait && places.some((place) => wait.ids.has(place.id))) wait.done(places);
  }, []);

  const add = useCallback(
    async (found: readonly Found[]): Promise<boolean> => {
      const caseKey = caseQuery(id).queryKey;
      const graphKey = caseGraphQuery(id, references).queryKey;
      await keepUnkept();
      const before = queryClient.getQueryData(caseKey);
      const graphBefore = queryClient.getQueryData(graphKey);
      if (!before) return false;
      const known = new Set(before.items.map((item) => item.entity?.id ?? item.entityId));
      const fresh = found.filter((entity) => !known.has(entity.id));
      if (fresh.length === 0) return false;
      const ids = new Set(fresh.map((entity) => entity.id));
      const links: GraphLink[] = await linksAmong([...ids, ...known], references).catch(() => []);

      void queryClient.cancelQueries({ queryKey: ['investigation', id] });
      let places: Place[] = [];
      const placed = new Promise<Place[]>((done) => {
        waiting.current = { ids, done };
        setTimeout(() => done([]), canvas.current ? placingMs : 0);
      });
      const graphAfter: CaseGraph | undefined =
        graphBefore && links.length > 0 ? { ...graphBefore, links } : undefined;
      const after: CaseData = {
        ...before,
        itemCount: before.itemCount + fresh.length,
        items: [...before.items, ...fresh.map(asItem)],
      };
      if (graphAfter) queryClient.setQueryData(graphKey, graphAfter);
      queryClient.setQueryData(caseKey, after);
      places = (await placed).filter((place) => ids.has(place.id));
      waiting.current = null;
      const at = new Map(places.map((place) => [place.id, place]));
      const items: Arranged[] = fresh.map(({ id: entityId }) => {
        const place = at.get(entityId);
        return place ? { entityId, x: place.x, y: place.y } : { entityId };
      });
      try {
        await mutateAsync({ input: { investigationId: id, items: items as { entityId: string }[] } });
        markTried('expand');
        const unseen = [...ids].filter((one) => canvas.current && !canvas.current.onPage(one));
        if (unseen.length > 0)
          notify({
            tone: 'hint',
            title: `${counted(unseen.length, 'new entity lies', 'new entities lie')} outside of the view`,
            act: { name: 'Show', run: () => canvas.current?.fit() },
          });
        return true;
      } catch {
        queryClient.setQueryData(caseKey, before);
        if (graphBefore) queryClient.setQueryData(graphKey, graphBefore);
        return false;
      }
    },
    [id, references, canvas, keepUnkept, queryClient, mutateAsync],
  );
  return { add, onPlaced };
}
