/**
 * Keeps what is typed between the key that opens the palette and its input, which may have to be read first: a letter must
 * never be lost, and never be taken for the key of an act, also where a popup that just closed still has the focus. Returns how
 * to stop.
 */
export function typeAhead(change: (text: (before: string) => string) => void, close: () => void): () => void {
  const take = (event: KeyboardEvent) => {
    const isInside = event.target instanceof Element && event.target.closest('[data-palette]');
    if (isInside || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Backspace') change((before) => before.slice(0, -1));
    else if (event.key.length === 1) change((before) => before + event.key);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', take, { capture: true });
  return () => window.removeEventListener('keydown', take, { capture: true });
}
