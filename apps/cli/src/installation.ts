import { existsSync, readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Config, cloneRoot, readConfig } from '@summit/process/config';
import { readEnvironment } from './envFile.ts';
import { type Home, homeOf } from './home.ts';

/** The Summit of this clone: its environment, configuration and folders. */
export type Installation = { environment: NodeJS.ProcessEnv; config: Config; home: Home };

/** @throws ConfigError when `.env` or the environment is wrong */
export async function thisInstallation(): Promise<Installation> {
  const environment = await readEnvironment(cloneRoot);
  const config = readConfig(environment);
  if (config.TLS_CERT_PATH) trust(config.TLS_CERT_PATH);
  return { environment, config, home: homeOf(config.SUMMIT_HOME) };
}

/** The doors' own certificate is trusted by our commands, whoever signed it. */
function trust(certificatePath: string): void {
  if (!existsSync(certificatePath))
    throw new CommandError(`There is no certificate at ${certificatePath} (TLS_CERT_PATH).`);
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(certificatePath, 'utf8')]);
}

/** Something expected went wrong: one sentence for people, no stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** The address a program on this machine uses for a door. */
export function doorUrl(config: Config, door: 'ui' | 'api'): string {
  const scheme = config.TLS_CERT_PATH ? 'https' : 'http';
  return `${scheme}://localhost:${door === 'ui' ? config.UI_PORT : config.GATEWAY_PORT}`;
}
