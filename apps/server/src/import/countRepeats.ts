/** The first pass over a file: which keys occur again. */
import { Repeats } from './repeats.ts';
import type { ReadOptions, SourceFile } from './source.ts';

/** @param pass reads the file once and calls `see` with each key in it. */
export async function countRepeats(
  file: SourceFile,
  { sample }: ReadOptions,
  pass: (see: (key: string) => void) => Promise<void>,
): Promise<Repeats> {
  if (sample !== undefined) return new Repeats(0);
  // A packed file may hold ten times as much; a key takes at least some 60 bytes of a file.
  const repeats = new Repeats((file.bytes * (file.name.endsWith('.gz') ? 10 : 1)) / 60);
  await pass((key) => repeats.see(key));
  return repeats;
}
