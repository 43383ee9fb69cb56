import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { readEnvironment } from './envFile.ts';

/** Runs the measurements in `bench/`; its own options are passed on. */
export async function bench(arguments_: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(cloneRoot, 'bench/main.ts'), ...arguments_], {
    stdio: 'inherit',
    env: await readEnvironment(cloneRoot),
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
