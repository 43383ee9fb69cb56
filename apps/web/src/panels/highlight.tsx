import type { ReactNode } from 'react';

/** Text with every occurrence of any needle marked, letter case aside. Empty needles mark nothing. */
export function marked(text: string, needles: readonly string[]): ReactNode {
  const wanted = [...new Set(needles.filter((needle) => needle.trim() !== ''))].sort(
    (a, b) => b.length - a.length,
  );
  if (wanted.length === 0) return text;
  const pattern = new RegExp(
    `(${wanted.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`,
    'giu',
  );
  const parts = text.split(pattern);
  return parts.map((part, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed string
    i % 2 === 1 ? <mark key={i}>{part}</mark> : part,
  );
}

/** Text with the given character spans marked: where a search matched. */
export function markedSpans(text: string, spans: readonly (readonly number[])[]): ReactNode {
  const letters = [...text];
  const out: ReactNode[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of [...spans].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    if (start < at || end <= start || end > letters.length) continue;
    if (start > at) out.push(letters.slice(at, start).join(''));
    out.push(<mark key={start}>{letters.slice(start, end).join('')}</mark>);
    at = end;
  }
  out.push(letters.slice(at).join(''));
  return out;
}
