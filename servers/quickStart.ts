import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bringOnce } from './tools.ts';

/**
 * Arguments with which Java starts a program with a third of the work (Neo4j: 5 s of processor time instead of 16): its
 * classes come from an archive of a first run, and code is compiled once, not again for speed. With `forSpeed` it is.
 * `run` is that first run: it starts the program with the given arguments and asks it to end.
 */
export async function quickStart(
  name: string,
  forSpeed: boolean,
  run: (javaArguments: string[]) => Promise<void>,
): Promise<string[]> {
  const folder = await bringOnce(`${name}-classes-${thisJava()}`, (made) =>
    run([`-XX:ArchiveClassesAtExit=${join(made, ARCHIVE)}`, '-Xlog:cds=off']),
  );
  return [
    // A Java that cannot make one leaves none behind.
    ...(existsSync(join(folder, ARCHIVE)) ? [`-XX:SharedArchiveFile=${join(folder, ARCHIVE)}`] : []),
    ...(forSpeed ? [] : ['-XX:TieredStopAtLevel=1']),
  ];
}

const ARCHIVE = 'classes.jsa';

/** An archive is good for the very Java that made it. */
function thisJava(): string {
  const java = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .find((path) => existsSync(path));
  const path = realpathSync(java ?? '/usr/bin/java');
  const { mtimeMs, size } = statSync(path);
  return createHash('sha256').update(`${path} ${mtimeMs} ${size}`).digest('hex').slice(0, 8);
}
