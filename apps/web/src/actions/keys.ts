/** Key combinations are written 'Mod+Shift+Z', 'E', '/', '?', 'ArrowUp': Mod is ⌘ on a Mac and Ctrl elsewhere. */

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** The combination that an event says, in the order Mod, Alt, Shift, key. Shift is dropped for signs it makes ('?'). */
export function combinationOf(event: Pressed, mac = isMac): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts: string[] = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push('Mod');
  if (mac && event.ctrlKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  const shiftMadeTheSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  if (event.shiftKey && !shiftMadeTheSign) parts.push('Shift');
  parts.push(key);
  return parts.join('+');
}

/** A key that a person may press while typing must never act: single keys rest while a text field has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  // In a list letters look for a name. The chart's list is none of those: keys act there as on the chart itself.
  if (!(target instanceof HTMLInputElement))
    return target.closest('[role="dialog"], [role="listbox"]:not([data-single-keys])') !== null;
  return !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type);
}

/** True for combinations that mean nothing inside a text field, so that they act there too. */
export function actsWhileTyping(combination: string): boolean {
  return combination.startsWith('Mod+') || /^F\d+$/.test(combination) || combination === 'Escape';
}

const signs: Record<string, string> = {
  Enter: '⏎',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'esc',
  Space: 'Space',
  Tab: '⇥',
};

/** As it stands in a menu: '⌘⇧Z' on a Mac, 'Ctrl Shift Z' elsewhere. */
export function shownKeys(combination: string, mac = isMac): string {
  const parts = combination === '+' ? ['+'] : combination.split('+');
  const shown = parts.map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return mac ? '⇧' : 'Shift';
    if (part === 'Alt') return mac ? '⌥' : 'Alt';
    return signs[part] ?? part;
  });
  return shown.join(mac ? '' : ' ');
}
