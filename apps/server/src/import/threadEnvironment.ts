import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * What a thread is given of the environment: nothing but where compiled code is kept, with which it starts in 0.3 s of the
 * processor instead of 0.5.
 */
export function threadEnvironment(): Record<string, string> {
  // Below the folder that was given, one of this Node's.
  const kept = getCompileCacheDir();
  return kept === undefined ? {} : { NODE_COMPILE_CACHE: dirname(kept) };
}
