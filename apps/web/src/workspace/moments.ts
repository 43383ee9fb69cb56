const unitsMs: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment as a person types it, as ISO 8601 in UTC: '2026-09-30' (its end), '2026-09-30 14:00', '20 min ago',
 * 'yesterday', on this machine's clock. Undefined when it is none.
 */
export function readMoment(typed: string, now = new Date()): string | undefined {
  const text = typed.trim().toLowerCase();
  const ago = /^(\d+)\s*(s|sec|seconds?|min|minutes?|h|hours?|d|days?)\s*(?:ago)?$/.exec(text);
  if (ago) {
    const [, amount, unit = ''] = ago;
    const short = unit.startsWith('s')
      ? 's'
      : unit.startsWith('m')
        ? 'min'
        : unit.startsWith('h')
          ? 'h'
          : 'd';
    return new Date(now.getTime() - Number(amount) * (unitsMs[short] ?? 0)).toISOString();
  }
  if (text === 'yesterday') {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate(), 0, 0, 0, -1).toISOString();
  }
  const written = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!written) return undefined;
  const [year = 0, month = 0, day = 0, hour, minute = 0, second = 0] = written
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  // A day alone means all of it: what was known when it ended.
  const moment =
    hour === undefined
      ? new Date(year, month - 1, day + 1, 0, 0, 0, -1)
      : new Date(year, month - 1, day, hour, minute, second);
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= 31 && !Number.isNaN(moment.getTime());
  return isReal ? moment.toISOString() : undefined;
}
