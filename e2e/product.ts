import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { portNames } from '../apps/cli/src/ports.ts';
import { freePort } from '../checks/testPostgres.ts';

const clone = resolve(import.meta.dirname, '..');

/** A whole Summit of its own, started by the same command that people use. */
export type Product = {
  /** Address of the door for browsers, without a slash at the end. */
  ui: string;
  /** Address of the door for programs. */
  api: string;
  /** Signs the first owner in, once. */
  signIn: string;
  /** The environment with which `summit` commands reach this Summit. */
  env: NodeJS.ProcessEnv;
  home: string;
  /** Runs `summit …` against it; resolves to what it printed. Rejects when it fails. */
  summit(...arguments_: string[]): Promise<string>;
  token(name?: string): Promise<string>;
  stop(): Promise<void>;
};

/**
 * Starts a Summit on free ports in a temporary folder. `settings` are variables as in `.env`; `through` is a command that each
 * `summit` command is run by.
 */
export async function startProduct(
  settings: Record<string, string> = {},
  through: readonly string[] = [],
): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'summit-product-'));
  // As root the database runs as another user, who must be able to walk through.
  await chmod(folder, 0o711);
  const home = join(folder, 'home');
  const ports = await distinctPorts();
  const secret = () => randomBytes(36).toString('base64url');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'development',
    ...ports,
    SUMMIT_HOME: home,
    SUMMIT_PUBLIC_URL: `http://localhost:${ports.UI_PORT}`,
    RATE_LIMIT_MAX: '1000000',
    BACKGROUND_RATE_LIMIT_MAX_REQUESTS: '1000000',
    JWT_SECRET: secret(),
    JWT_REFRESH_SECRET: secret(),
    SESSION_SECRET: secret(),
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    ...settings,
  };
  const summit = (...arguments_: string[]) => runSummit(env, arguments_, through);
  // Facts in a database that was given are not ours to delete.
  const end = () => (settings.DATABASE_URL ? summit('down') : summit('reset', '--yes'));
  try {
    const places = JSON.parse(await summit('up', '--json')) as { api: string; signIn: string; ui: string };
    return {
      ...places,
      env,
      home: env.SUMMIT_HOME!,
      summit,
      token: async (name = 'test') =>
        (JSON.parse(await summit('token', 'create', '--name', name, '--json')) as { token: string }).token,
      stop: async () => {
        await end();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    // A folder that was given holds what somebody wants to keep.
    await (settings.SUMMIT_HOME ? summit('down') : end()).catch(() => {});
    throw error;
  }
}

async function distinctPorts(): Promise<Record<string, string>> {
  const ports = new Set<number>();
  while (ports.size < portNames.length) ports.add(await freePort());
  return Object.fromEntries([...ports].map((port, index) => [portNames[index]!, String(port)]));
}

/** Runs `summit …` in an environment; rejects with what it wrote when it fails. */
export function runSummit(
  env: NodeJS.ProcessEnv,
  arguments_: string[],
  through: readonly string[] = [],
): Promise<string> {
  return new Promise((done, failed) => {
    const words = [...through, process.execPath, join(clone, 'apps/cli/src/main.ts'), ...arguments_];
    const child = spawn(words[0]!, words.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0
        ? done(stdout.trim())
        : failed(new Error(`summit ${arguments_.join(' ')}: ${stderr || stdout}`)),
    );
  });
}
