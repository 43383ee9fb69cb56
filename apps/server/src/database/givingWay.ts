import { readFile, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@summit/process/log';

/** A third of what another one gets, where another one wants it: on a machine that is busy for hours it must still go on. */
export const NICE = 5;
/** Linux takes one change of a group's weight in so many milliseconds from who is not root. */
const AGAIN_MS = 150;
const TRIES = 20;

/**
 * Lets everybody else go first: for what works in the background on the machine that answers people, and for its sessions in the
 * database there, which do most of that work. Where the kernel shares the processor out among sessions first (autogroup), a
 * process's own priority says nothing, and the group's is lowered too.
 */
export class GivingWay {
  readonly #log: Logger;
  #last: Promise<void> = Promise.resolve();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param pid a process of this machine: this one, or the server process of one of its sessions. */
  lower(pid: number): Promise<void> {
    this.#last = this.#last
      .then(() => lower(pid))
      .catch((error: unknown) => {
        if (!isGone(error))
          this.#log.warn({ error, pid }, 'background work could not be given a lower priority');
      });
    return this.#last;
  }
}

async function lower(pid: number): Promise<void> {
  setPriority(pid, NICE);
  const group = `/proc/${pid}/autogroup`;
  if (!(await readFile(group, 'utf8').catch(() => ''))) return;
  for (let tries = 1; ; tries++) {
    try {
      await writeFile(group, String(NICE));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || tries === TRIES) throw error;
      await delay(AGAIN_MS);
    }
  }
}

const isGone = (error: unknown): boolean => {
  const { code, info } = error as NodeJS.ErrnoException & { info?: { code?: string } };
  return (info?.code ?? code) === 'ESRCH' || code === 'ENOENT';
};
