/** The sentence in what a failing process wrote: its error's message, else its last lines. */
export function lastWords(lines: string[]): string {
  const text = lines.map(plain).join('\n');
  const errors = [...text.matchAll(/^(?:\w*Error|summit)(?: \[\w+\])?: (.+)$/gm)];
  return errors.at(-1)?.[1] ?? text.split('\n').slice(-8).join('\n').trim();
}

/** The words of a log line, for people. */
function plain(line: string): string {
  try {
    const { message, error } = JSON.parse(line) as { message?: string; error?: { message?: string } };
    return [message, error?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}
