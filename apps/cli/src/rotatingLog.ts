import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { cleaner } from '@summit/process/log';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT = 4;

/** A log file of JSON lines, cut at 10 MB with four older ones beside it (`name.log.1` is the newest of them). */
export class RotatingLog {
  readonly path: string;
  readonly #process: string;
  readonly #clean: (text: string) => string;
  readonly #maxBytes: number;
  #bytes: number;

  constructor(path: string, process_: string, secrets: NodeJS.ProcessEnv = {}, maxBytes = MAX_BYTES) {
    this.path = path;
    this.#process = process_;
    this.#clean = cleaner(secrets);
    this.#maxBytes = maxBytes;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes a line; what is not JSON (a crash, a foreign program) becomes the message of one. */
  line(text: string, level = 'info'): void {
    if (text.trim() === '') return;
    this.#append(this.#clean(isJsonLine(text) ? text : this.#wrap(text, level)));
  }

  #wrap(message: string, level: string): string {
    return JSON.stringify({ level, time: new Date().toISOString(), process: this.#process, message });
  }

  #append(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes) this.#rotate();
    try {
      appendFileSync(this.path, `${line}\n`, { mode: 0o600 });
      this.#bytes += bytes;
    } catch {
      // A full disk must not stop what is logged about; the line is lost.
    }
  }

  #rotate(): void {
    try {
      rmSync(`${this.path}.${KEPT}`, { force: true });
      for (let age = KEPT - 1; age >= 1; age--) move(`${this.path}.${age}`, `${this.path}.${age + 1}`);
      move(this.path, `${this.path}.1`);
      this.#bytes = 0;
    } catch {
      // Kept in one file until the disk allows more.
    }
  }
}

function move(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}

function isJsonLine(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The level of a line that Postgres writes. */
export function postgresLevel(line: string): string {
  const severity =
    /\] (LOG|DEBUG\d?|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT):/.exec(line)?.[1];
  if (severity === 'ERROR') return 'error';
  if (severity === 'FATAL' || severity === 'PANIC') return 'fatal';
  return severity === 'WARNING' ? 'warn' : 'info';
}
