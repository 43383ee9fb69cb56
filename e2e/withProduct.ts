import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startProduct } from './product.ts';

/** Runs a program while a Summit of its own is up: it finds the addresses and a token in its environment. */
const [command = '', ...arguments_] = process.argv.slice(2);
const product = await startProduct();
try {
  const env = {
    ...product.env,
    TEST_API_URL: product.api,
    TEST_UI_URL: product.ui,
    TEST_TOKEN: await product.token(),
    TEST_SUMMIT: join(import.meta.dirname, '../bin/summit'),
  };
  const child = spawn(command, arguments_, { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await product.stop();
}
