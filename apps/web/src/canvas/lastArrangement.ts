import type { Camera, Place } from './graphCanvas.ts';

/** Whether all of these that are there stand at these places; half a world unit is no move. */
function stand(places: readonly Place[], now: readonly Place[]): boolean {
  const byId = new Map(now.map((place) => [place.id, place]));
  return places.every(({ id, x, y }) => {
    const at = byId.get(id);
    return !at || Math.hypot(at.x - x, at.y - y) < 0.5;
  });
}

/** An arrangement chooses a view. Taken back, it takes that view along, unless somebody moved it since. */
export class LastArrangement {
  #last: { from: readonly Place[]; before: Camera; after: Camera } | undefined;

  /** `before` and `after` are the views at its beginning and at its end. One that moved nothing is none. */
  remember(
    { from, to }: { from: readonly Place[]; to: readonly Place[] },
    before: Camera,
    after: Camera,
  ): void {
    this.#last = stand(from, to) ? undefined : { from, before, after };
  }

  /** The view to go back to, said once: when everything stands again where it began and the view is as it was chosen. */
  viewBack(places: () => readonly Place[], now: Camera): Camera | undefined {
    if (!this.#last || !stand(this.#last.from, places())) return undefined;
    const { before, after } = this.#last;
    this.#last = undefined;
    return now.x === after.x && now.y === after.y && now.ratio === after.ratio ? before : undefined;
  }
}
