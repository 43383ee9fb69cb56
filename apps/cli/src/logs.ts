import { existsSync, statSync, watchFile } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, thisInstallation } from './installation.ts';

type Options = { follow?: boolean; lines: string; json?: boolean };

/** Prints the last lines of one process or of all, and follows them. */
export async function logs(service: string | undefined, options: Options): Promise<void> {
  const { home } = await thisInstallation();
  const present = existsSync(home.logs) ? await readdir(home.logs) : [];
  const names = present
    .filter((name) => /^\w+\.log$/.test(name))
    .map((name) => name.slice(0, -'.log'.length));
  if (service && !names.includes(service)) {
    throw new CommandError(
      names.length === 0
        ? 'There are no logs yet; run `make up` first.'
        : `There is no log of ${service}; there are: ${names.join(', ')}.`,
    );
  }
  const chosen = (service ? [service] : names).map((name) => join(home.logs, `${name}.log`));
  const show = options.json ? (line: string) => line : forPeople;
  const count = Number(options.lines);
  if (!Number.isInteger(count) || count < 0) throw new CommandError('--lines must be a whole number.');

  const recent = (await Promise.all(chosen.map((path) => lastLines(path, count)))).flat();
  // Several logs read as one, in the order of time.
  recent.sort((left, right) => timeOf(left).localeCompare(timeOf(right)));
  for (const line of recent.slice(-count || recent.length)) process.stdout.write(`${show(line)}\n`);
  if (options.follow)
    await Promise.all(chosen.map((path) => follow(path, (line) => process.stdout.write(`${show(line)}\n`))));
}

async function lastLines(path: string, count: number): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return count === 0 ? [] : text.split('\n').filter(Boolean).slice(-count);
}

/** Prints what is added to the file from now on, also after it was rotated away. */
function follow(path: string, print: (line: string) => void): Promise<never> {
  let offset = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let rest = '';
  watchFile(path, { interval: 200 }, async ({ size }) => {
    if (size < offset) offset = 0;
    const file = await open(path).catch(() => undefined);
    if (!file) return;
    const { bytesRead, buffer } = await file.read({
      buffer: Buffer.alloc(Math.max(1, size - offset)),
      position: offset,
    });
    await file.close();
    offset += bytesRead;
    const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) print(line);
  });
  return new Promise(() => {});
}

const timeOf = (line: string): string => /"time":"([^"]+)"/.exec(line)?.[1] ?? '';

/** `time LEVEL process: message` and what belongs to it as `name=value`, each cut at 200 characters. */
export function forPeople(line: string): string {
  try {
    const {
      time,
      level,
      process: name,
      message,
      pid: _pid,
      ...rest
    } = JSON.parse(line) as Record<string, string>;
    const more = fieldsOf(rest).join('');
    return `${time} ${String(level).toUpperCase().padEnd(5)} ${name}: ${message ?? ''}${more}`;
  } catch {
    return line;
  }
}

function fieldsOf(value: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      return fieldsOf(inner as Record<string, unknown>, `${prefix}${name}.`);
    const text = typeof inner === 'string' && /^[^\s"=]+$/.test(inner) ? inner : JSON.stringify(inner);
    return ` ${prefix}${name}=${text.length > 200 ? `${text.slice(0, 199)}…` : text}`;
  });
}
