import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';

/** Runs real stores for whoever develops, until they press Ctrl-C. */
export async function servers(names: string[], options: { tls?: boolean }): Promise<void> {
  const words = ['run', ...names, ...(options.tls ? ['--tls'] : [])];
  const child = spawn(process.execPath, [join(cloneRoot, 'servers/main.ts'), ...words], { stdio: 'inherit' });
  // Ctrl-C reaches it too; it stops its servers in order, and we wait.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (signal === 'SIGTERM') child.kill(signal);
    });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
