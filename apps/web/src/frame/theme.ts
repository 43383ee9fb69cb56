import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const listeners = new Set<() => void>();
const system = window.matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', announce);
window.matchMedia('(forced-colors: active)').addEventListener('change', announce);

function announce(): void {
  for (const listener of listeners) listener();
}

/** The person's choice on this device; public/theme.js applies it before the first paint. */
export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function setTheme(next: Theme): void {
  if (next === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem('summit.theme');
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem('summit.theme', next);
  }
  announce();
}

/** Calls back whenever colours change, by choice or by the system: the chart reads its colours anew. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(onThemeChange, theme);
}
