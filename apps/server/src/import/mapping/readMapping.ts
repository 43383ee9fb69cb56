import { Worker } from 'node:worker_threads';
import { type ErrorCode, errors, SummitError } from '@summit/process/errors';
import type { Context } from '../../context.ts';
import { threadEnvironment } from '../threadEnvironment.ts';
import { invalid, type Mapping } from './mapping.ts';
import type { Task, Told } from './mappingThread.ts';
import type { Previewing, PreviewRows } from './previewRows.ts';
import { Turns } from './turns.ts';

/** What one reading of a mapping may take. The longest honest one, 128 kB, took 0.6 s on two cores. */
const READING_MS = 5_000;
const HEAP_MB = 192;
/** The thread's code takes 0.3 s to load, so it stays for the next who asks. */
const IDLE_MS = 60_000;
/** Each may take its whole time: more of one person are not let wait. */
const WAITING_MOST = 20;
/** Of everybody: what waits holds its text in memory. */
const ALL_WAITING_MOST = 500;

/** Who asks: tenants take turns, and in each its people do. */
export interface Asker {
  tenant: string;
  person: string;
}

export const askerOf = ({ scope, actor }: Pick<Context, 'scope' | 'actor'>): Asker => ({
  tenant: scope.tenant,
  person: actor.id,
});

interface Waiting {
  task: Task;
  done: (told: Told) => void;
  failed: (error: unknown) => void;
}

const waiting = new Turns<Waiting>(WAITING_MOST, ALL_WAITING_MOST);
let thread: Worker | undefined;
let current: Waiting | undefined;
let timer: NodeJS.Timeout | undefined;

/** A mapping as people wrote it. Throws MAPPING_INVALID with every problem, or when it takes too long or too much. */
export async function readMapping(asker: Asker, yaml: string, fileName?: string): Promise<Mapping> {
  return ((await ask(asker, { parse: { yaml, fileName } })) as { mapping: Mapping }).mapping;
}

/** What a mapping makes of the first rows of a file. Throws as readMapping. */
export async function tryMapping(asker: Asker, preview: Previewing): Promise<PreviewRows> {
  return ((await ask(asker, { preview })) as { preview: PreviewRows }).preview;
}

async function ask(asker: Asker, task: Task): Promise<Told> {
  const told = await new Promise<Told>((done, failed) => {
    if (!waiting.add(asker, { task, done, failed })) throw new SummitError('RATE_LIMITED', { retryAfter: 5 });
    next();
  });
  if (!('problem' in told)) return told;
  const { code, details, message } = told.problem;
  if (code !== 'INTERNAL' && Object.hasOwn(errors, code)) throw new SummitError(code as ErrorCode, details);
  throw new Error(message);
}

/** One after the other: a thread for each would take the processor from everybody else. */
function next(): void {
  if (current) return;
  clearTimeout(timer);
  current = waiting.next();
  if (!current) {
    timer = setTimeout(() => end(), IDLE_MS).unref();
    return;
  }
  thread ??= open();
  thread.ref();
  timer = setTimeout(() => end(invalid(`reading it takes more than ${READING_MS / 1000} s`)), READING_MS);
  thread.postMessage(current.task);
}

function open(): Worker {
  const opened = new Worker(new URL('./mappingThread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 48 },
    name: 'mapping-reader',
    env: threadEnvironment(),
    execArgv: [],
  });
  const isOld = () => thread !== opened;
  opened.on('message', (told: Told) => {
    if (isOld()) return;
    opened.unref();
    const { done } = current!;
    current = undefined;
    done(told);
    next();
  });
  opened.on('error', (error: { code?: string }) => {
    if (isOld()) return;
    const tooMuch = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    end(tooMuch ? invalid(`reading it takes more than ${HEAP_MB} MB of memory`) : error);
  });
  return opened;
}

/** Ends the thread, whatever it is at, and tells who waits for it; the next begins anew. */
function end(error?: unknown): void {
  const [old, failed] = [thread, current?.failed];
  thread = undefined;
  current = undefined;
  clearTimeout(timer);
  void old?.terminate();
  failed?.(error);
  if (waiting.size > 0) next();
}
