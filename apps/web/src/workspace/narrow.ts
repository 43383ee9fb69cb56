import { type RefObject, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { focusRegionNamed } from '../actions/regions.ts';

/** Below this the inspector is a sheet over the stage and one pane is shown at a time: 200 % zoom, or a telephone. */
const narrow = '(max-width: 900px)';

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(narrow);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(narrow).matches,
  );
}

/** Whether an element is less wide than this, in CSS pixels. */
export function useTight(element: RefObject<HTMLElement | null>, width: number): boolean {
  const [isTight, setTight] = useState(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const sizes = new ResizeObserver(() => setTight(current.clientWidth < width));
    sizes.observe(current);
    setTight(current.clientWidth < width);
    return () => sizes.disconnect();
  }, [element, width]);
  return isTight;
}

/** Whether the inspector's sheet is open, where it is one. */
export const useSheet = create<{ isOpen: boolean; set(isOpen: boolean): void }>((set) => ({
  isOpen: false,
  set: (isOpen) => set({ isOpen }),
}));

/** Brings the inspector to the eye and the focus into it, or onto a control of it. */
export function showInspector(control?: string): void {
  useSheet.getState().set(true);
  // A sheet that was closed is there a frame later.
  requestAnimationFrame(() => focusRegionNamed('Inspector', control));
}

/** The sheet goes with the page. */
export function useSheetOfPage(): void {
  const set = useSheet((sheet) => sheet.set);
  useEffect(() => () => set(false), [set]);
}
