import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { say } from './output.ts';
import { runToEnd } from './runToEnd.ts';

const bin = (name: string) => join(cloneRoot, 'node_modules/.bin', name);

const steps: [name: string, command: string, arguments_: string[], folder?: string][] = [
  ['format and lint', bin('biome'), ['ci', '--diagnostic-level=error', '.']],
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['types of the web pages', bin('tsc'), ['-p', 'apps/web/tsconfig.json', '--noEmit']],
  [
    'generated client',
    join(cloneRoot, 'apps/web/node_modules/.bin/graphql-codegen'),
    ['--config', 'codegen.ts', '--check'],
    'apps/web',
  ],
  ['rules of the repository', bin('vitest'), ['run', '--project', 'unit', 'checks/']],
];

/** Everything that needs no database and takes seconds. Prints what failed; exit code 1 when anything did. */
export async function check(): Promise<boolean> {
  // Its own tools must find the Node that runs this, whatever the machine has.
  const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` };
  const outcomes = await Promise.all(
    steps.map(async ([name, command, arguments_, folder = '.']) => {
      const started = performance.now();
      const { code, output } = await runToEnd(command, arguments_, { cwd: join(cloneRoot, folder), env });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (code !== 0) say(output.trim());
      return code === 0;
    }),
  );
  const passed = outcomes.every(Boolean);
  if (!passed) process.exitCode = 1;
  return passed;
}
