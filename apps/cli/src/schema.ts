import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { CommandError } from './installation.ts';
import { say } from './output.ts';
import { runToEnd } from './runToEnd.ts';

/** Prints the GraphQL schema from the nouns, and the web's typed client from it. `make check` compares both. */
export async function printSchema(): Promise<void> {
  await run([join(cloneRoot, 'apps/server/src/graphql/print.ts')], cloneRoot);
  say('apps/server/schema.graphql');
  const web = join(cloneRoot, 'apps/web');
  const codegen = join(web, 'node_modules/@graphql-codegen/cli/esm/bin.js');
  await run([codegen, '--config', 'codegen.ts'], web);
  say('apps/web/src/api/generated');
}

async function run(arguments_: string[], cwd: string): Promise<void> {
  const { code, output } = await runToEnd(process.execPath, arguments_, { cwd });
  if (code !== 0) throw new CommandError(output.trim());
}
