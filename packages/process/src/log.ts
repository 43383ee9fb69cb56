import pino, { type Logger } from 'pino';
import { currentTrace } from './telemetry.ts';
import { isSecret, variableNames } from './variables.ts';

export type { Logger };

const hidden = ['password', 'secret', 'token', 'authorization', 'cookie', 'session', 'key', 'privateKey'];

/**
 * A logger of JSON lines on standard output. Secrets are removed twice: by field name, and by value, for whatever
 * slips into a text (the values of secret variables, credentials inside addresses, bearer tokens).
 */
export function createLogger(
  processName: string,
  level = process.env.LOG_LEVEL || 'info',
  env = process.env,
): Logger {
  // A supervisor that was killed leaves a broken pipe; a process must outlive it long enough to stop in order.
  process.stdout.on('error', () => {});
  const lines = gatherLines((text) => process.stdout.write(text));
  process.on('exit', lines.flush);
  return createLoggerTo(lines.write, processName, level, env);
}

const GATHERED_MS = 20;

/**
 * Lines written together, within 20 ms: one write for each request cost as much as handling it. What is worse than information
 * is written at once, with all before it.
 */
export function gatherLines(write: (text: string) => void): { write(line: string): void; flush(): void } {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered;
    gathered = '';
    if (text !== '') write(text);
  };
  return {
    flush,
    write(line) {
      gathered += line;
      if (!/^\{"level":"(?:info|debug|trace)"/.test(line)) flush();
      else timer ??= setTimeout(flush, GATHERED_MS);
    },
  };
}

/** The same logger writing elsewhere. */
export function createLoggerTo(
  write: (line: string) => void,
  processName: string,
  level = 'info',
  env: NodeJS.ProcessEnv = {},
): Logger {
  const clean = cleaner(env);
  return pino(
    {
      // A wrong LOG_LEVEL is reported by the configuration, which must be able to log that.
      level: level in pino.levels.values ? level : 'info',
      base: { process: processName, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      redact: { paths: hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
      mixin: () => ({ ...currentTrace() }),
      serializers: { error: errorInShort, err: errorInShort },
    },
    { write: (line: string) => write(clean(line)) },
  );
}

/** Longest message and stack of an error that is written, in characters: what somebody sent may be quoted in them. */
const ERROR_MOST = 8_000;

function errorInShort(error: unknown): unknown {
  const written: unknown = pino.stdSerializers.err(error as Error);
  if (typeof written !== 'object' || written === null) return written;
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, inShort(value)]));
}

const inShort = (value: unknown): unknown =>
  typeof value === 'string' && value.length > ERROR_MOST ? `${value.slice(0, ERROR_MOST)}…` : value;

/** Makes a function that removes secret values from a text. */
export function cleaner(env: NodeJS.ProcessEnv): (text: string) => string {
  const values = variableNames
    .filter((name) => isSecret(name))
    .map((name) => env[name] ?? '')
    .filter((value) => value.length >= 8);
  return (text) => {
    let cleaned = text;
    for (const value of values) if (cleaned.includes(value)) cleaned = cleaned.replaceAll(value, '[hidden]');
    if (cleaned.includes('://')) {
      // From the slashes on, without the scheme: looking for words before them took the square of a long word's length.
      cleaned = cleaned.replace(/(:\/\/[^:/@\s"]+):[^@/\s"]+@/g, '$1:[hidden]@');
    }
    if (cleaned.includes('smt_')) cleaned = cleaned.replace(/smt_[\w-]{8,}/g, 'smt_[hidden]');
    if (cleaned.includes('earer ')) cleaned = cleaned.replace(/([Bb]earer )[\w.~+/=-]+/g, '$1[hidden]');
    return cleaned;
  };
}
