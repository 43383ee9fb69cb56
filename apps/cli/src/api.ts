import { rm, writeFile } from 'node:fs/promises';
import { CommandError, doorUrl, type Installation } from './installation.ts';
import { cliToken } from './operator.ts';

/** The door for programs, spoken to as the command line's own token. */
export class Api {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** Sends a GraphQL request. @throws CommandError with the server's own words */
  async graphql<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json().catch(() => undefined)) as
      | {
          data?: T;
          errors?: { message: string; extensions?: { code?: string } }[];
          error?: { message: string; code: string };
        }
      | undefined;
    const first = body?.errors?.[0];
    if (first) throw new ApiError(first.message, first.extensions?.code ?? 'INTERNAL');
    if (body?.error) throw new ApiError(body.error.message, body.error.code);
    if (!response.ok || !body?.data) throw new CommandError(`${this.url} answered ${response.status}.`);
    return body.data;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, { ...init, headers: { ...this.headers(), ...init.headers } });
    } catch (error) {
      throw new CommandError(`${this.url} does not answer (${reason(error)}). Start it with \`make up\`.`);
    }
  }
}

/** A failure that the API named. */
export class ApiError extends CommandError {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

const reason = (error: unknown): string => {
  const { cause, message } = error as { cause?: { code?: string }; message: string };
  return cause?.code ?? message;
};

/** The API of this installation. A kept token that no longer works (a reset, a restore) is replaced once. */
export async function thisApi(installation: Installation): Promise<Api> {
  const keep = (path: string, token: string) => writeFile(path, `${token}\n`, { mode: 0o600 });
  const url = doorUrl(installation.config, 'api');
  const api = new Api(url, await cliToken(installation, keep));
  try {
    await api.graphql('{ viewer { id } }');
    return api;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error;
    await rm(installation.home.cliToken, { force: true });
    return new Api(url, await cliToken(installation, keep));
  }
}
