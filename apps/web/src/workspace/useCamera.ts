import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Camera, GraphCanvas } from '../canvas/graphCanvas.ts';
import type { SetState } from './useWorkspaceState.ts';
import type { WorkspaceState } from './workspaceState.ts';

/** A view that rests for this long is written into the address, in ms. */
const restMs = 350;

/**
 * The camera of the address rules the first picture; after it the address follows the chart, and Back leads the chart.
 * `ratio` is 1 at 100 %.
 */
export function useCamera(
  cam: WorkspaceState['cam'],
  set: SetState,
  canvas: RefObject<GraphCanvas | null>,
): { first: Camera | undefined; ratio: number; onCamera(camera: Camera): void } {
  const [start] = useState<Camera | undefined>(() => cam && { x: cam[0], y: cam[1], ratio: cam[2] });
  const [isDrawn, setDrawn] = useState(false);
  const [ratio, setRatio] = useState(start?.ratio ?? 1);
  const latest = useRef<Camera | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const at = latest.current;
    if (!cam || !at || timer.current !== undefined) return;
    if ([at.x, at.y, at.ratio].every((value, i) => Math.abs(value - (cam[i] ?? 0)) < 1e-3)) return;
    canvas.current?.setCamera({ x: cam[0], y: cam[1], ratio: cam[2] });
  }, [cam, canvas]);

  const onCamera = (camera: Camera) => {
    latest.current = camera;
    setRatio(camera.ratio);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setDrawn(true);
      const [x, y, r] = [camera.x, camera.y, camera.ratio].map((value) => Math.round(value * 1e4) / 1e4);
      set({ cam: [x as number, y as number, r as number] });
    }, restMs);
  };
  return { first: isDrawn ? undefined : start, ratio, onCamera };
}
