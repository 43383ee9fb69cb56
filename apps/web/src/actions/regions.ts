/**
 * F6 walks the regions of the page in reading order: every visible element with data-region. Each remembers what had
 * the focus in it, so that coming back costs nothing.
 */
const last = new WeakMap<Element, HTMLElement>();

const focusable =
  'a[href], button:not([disabled]), input:not([disabled]), [tabindex]:not([tabindex="-1"]), [role="treeitem"]';

function visibleRegions(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) =>
      region.getClientRects().length > 0 && region.closest('[inert], [aria-hidden="true"]') === null,
  );
}

/** Moves the focus to the next region, or to the one before (step −1). */
export function stepRegion(step: 1 | -1): void {
  const regions = visibleRegions();
  if (regions.length === 0) return;
  const active = document.activeElement;
  const current = regions.findIndex((region) => region.contains(active));
  if (active instanceof HTMLElement && current >= 0) last.set(regions[current] as HTMLElement, active);
  const start = current < 0 && step < 0 ? 0 : current;
  focusRegion(regions[(start + step + regions.length) % regions.length] as HTMLElement);
}

/** Puts the focus where it was in a region, else on its first control, else on the region itself. */
function focusRegion(region: HTMLElement): void {
  const earlier = last.get(region);
  const target = earlier && region.contains(earlier) ? earlier : region.querySelector<HTMLElement>(focusable);
  if (target) {
    target.focus({ focusVisible: true } as FocusOptions);
    if (region.contains(document.activeElement)) return;
  }
  region.tabIndex = -1;
  region.focus({ focusVisible: true } as FocusOptions);
}

/** Focuses the region of this name, if it is on the page; `control` says what in it rather than its first. */
export function focusRegionNamed(name: string, control?: string): void {
  const region = visibleRegions().find((one) => one.dataset.region === name);
  if (!region) return;
  const wanted = control ? region.querySelector<HTMLElement>(control) : null;
  if (wanted) wanted.focus({ focusVisible: true } as FocusOptions);
  else focusRegion(region);
}

/** Whether the focus is within the region of this name. */
export function isFocusIn(name: string): boolean {
  const region = visibleRegions().find((one) => one.dataset.region === name);
  return region?.contains(document.activeElement) ?? false;
}
