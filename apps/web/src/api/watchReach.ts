import { ApiError } from './apiError.ts';
import { lostBy, onFound, useReach } from './reach.ts';
import { ownRequest } from './request.ts';
import { askViewer } from './viewer.ts';

/** How long a page that nobody touches may be wrong about the server, in ms. */
const GLANCE_MS = 10_000;
/** Pauses between tries while it is gone, in ms; the last one repeats. */
const AGAIN_MS = [1_000, 1_000, 2_000, 4_000, 8_000];
/** Who has not answered by then does not answer, in ms. */
const PATIENCE_MS = 8_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let tries = 0;
let isLooking = false;

/** Health costs the server next to nothing and needs no session; it is only believed when it is good. */
async function isReady(): Promise<boolean> {
  const asked = { headers: ownRequest, signal: AbortSignal.timeout(PATIENCE_MS) };
  const answer = await fetch('/health/ready', asked).catch(() => undefined);
  return answer?.ok === true;
}

/** A question like those of the pages decides: a store may be down that none of them needs. */
async function isAnswered(): Promise<boolean> {
  try {
    await askViewer(AbortSignal.timeout(PATIENCE_MS));
    return true;
  } catch (error) {
    return error instanceof ApiError && lostBy(error.code) === undefined;
  }
}

/** Looks whether the server answers. `closely` when there is a reason to doubt it. */
export async function look(closely = false): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  clearTimeout(timer);
  const { lost, find } = useReach.getState();
  if (lost || closely || !(await isReady())) {
    tries = lost ? tries + 1 : 0;
    // What is not answered says so itself (request.ts).
    if (await isAnswered()) find();
  }
  isLooking = false;
  plan();
}

function plan(): void {
  clearTimeout(timer);
  const { lost } = useReach.getState();
  // A page that nobody sees asks nothing while all is well; it looks when it is seen again.
  if (!lost && document.hidden) return;
  timer = setTimeout(() => void look(), lost ? AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] : GLANCE_MS);
}

/** Watches for the server from now on; `found` runs each time that it is back. */
export function watchReach(found: () => void): void {
  onFound(found);
  useReach.subscribe(({ lost }, before) => {
    if (!lost || before.lost || isLooking) return;
    tries = 0;
    plan();
  });
  document.addEventListener('visibilitychange', () => void (document.hidden || look()));
  // The browser's word about its network is a reason to look, no more: Summit may run on this very machine.
  for (const event of ['online', 'offline']) window.addEventListener(event, () => void look(true));
  plan();
}
