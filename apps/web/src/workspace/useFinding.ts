import { useCallback, useEffect, useRef, useState } from 'react';
import { focusRegionNamed } from '../actions/regions.ts';
import { useSheet } from './narrow.ts';
import type { Finding } from './workspace.ts';

/** What is being looked for between entities. Closed, it gives the focus back to where it was before. */
export function useFinding() {
  const [finding, set] = useState<Finding | null>(null);
  const isFinding = useRef(false);
  const outside = useFocusOutside();
  const find = useCallback(
    (what: Finding | null) => {
      set(what);
      if (what === null && isFinding.current) {
        useSheet.getState().set(false);
        giveBack(outside.current);
      }
      isFinding.current = what !== null;
    },
    [outside],
  );
  return { finding, find };
}

type Place = { element: HTMLElement; region: string };

/** What last had the focus on the page but in the inspector: menus and palette, through which much is opened, go away again. */
function useFocusOutside() {
  const last = useRef<Place | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const region = target.closest<HTMLElement>('[data-region]')?.dataset.region;
      if (region !== undefined && region !== 'Inspector') last.current = { element: target, region };
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  return last;
}

function giveBack(place: Place | null): void {
  if (place?.element.isConnected) place.element.focus({ focusVisible: true } as FocusOptions);
  else focusRegionNamed(place?.region ?? 'Chart', '[data-single-keys], [role="grid"]');
}
