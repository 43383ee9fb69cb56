import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';

/** Where Redis is and how it is spoken to. */
export interface RedisSettings {
  host: string;
  port: number;
  username: string | undefined;
  password: string | undefined;
  database: number;
  tls: boolean;
  /** Certificates (PEM) of a private authority; undefined: those that Node knows. */
  ca: string | undefined;
}

type Given = {
  readonly REDIS_URL?: string | undefined;
  readonly REDIS_HOST?: string | undefined;
  readonly REDIS_PORT?: number | undefined;
  readonly REDIS_PASSWORD?: string | undefined;
  readonly REDIS_TLS?: boolean | undefined;
  readonly STORE_CA_PATH?: string | undefined;
};

const DEFAULT_PORT = 6379;

/** Undefined where Redis is not configured. Throws ConfigError when STORE_CA_PATH cannot be read. */
export function redisSettings(given: Given): RedisSettings | undefined {
  const place = given.REDIS_URL
    ? fromAddress(given.REDIS_URL)
    : given.REDIS_HOST
      ? fromHost(given)
      : undefined;
  if (!place) return undefined;
  return { ...place, ca: place.tls && given.STORE_CA_PATH ? certificates(given.STORE_CA_PATH) : undefined };
}

function fromAddress(address: string): Omit<RedisSettings, 'ca'> {
  const url = new URL(address);
  return {
    host: bare(url.hostname),
    port: Number(url.port || DEFAULT_PORT),
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database: Number(url.pathname.slice(1) || 0),
    tls: url.protocol === 'rediss:',
  };
}

function fromHost(given: Given): Omit<RedisSettings, 'ca'> {
  return {
    host: bare(given.REDIS_HOST!),
    port: given.REDIS_PORT ?? DEFAULT_PORT,
    username: undefined,
    password: given.REDIS_PASSWORD,
    database: 0,
    tls: given.REDIS_TLS ?? false,
  };
}

/** Addresses of version 6 stand in brackets in a URL, and nowhere else. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

function certificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`STORE_CA_PATH cannot be read: ${path}`]);
  }
}
