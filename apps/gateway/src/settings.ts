import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigWith, cloneRoot } from '@summit/process/config';
import { isLoopback } from '@summit/process/loopback';
import { type CookieNames, cookieNames } from './cookies.ts';

export interface CompanyProvider {
  issuer: URL;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
}

/** What the gateway needs to know about its installation, worked out once from the configuration. */
export interface Settings {
  publicUrl: URL;
  /** People arrive over TLS: ours, or an ingress that SUMMIT_PUBLIC_URL names. */
  secure: boolean;
  tls: { key: Buffer; cert: Buffer } | undefined;
  hostnames: ReadonlySet<string>;
  allowedOrigins: ReadonlySet<string>;
  cookies: CookieNames;
  /** undefined: a trial on loopback with the embedded provider. */
  provider: CompanyProvider | undefined;
  bind: readonly string[];
  uiPort: number;
  apiPort: number;
  server: { host: string; port: number };
  rate: { max: number; backgroundMax: number; windowMs: number };
  uiFolder: string;
  environment: string;
}

export type GatewayConfig = ConfigWith<'JWT_SECRET' | 'SESSION_SECRET'>;

export function settingsFrom(config: GatewayConfig): Settings {
  const publicUrl = new URL(config.SUMMIT_PUBLIC_URL);
  const secure = publicUrl.protocol === 'https:' || config.TLS_KEY_PATH !== undefined;
  const named = [publicUrl.hostname, ...config.SUMMIT_HOSTS].map((name) => name.toLowerCase());
  return {
    publicUrl,
    secure,
    tls:
      config.TLS_KEY_PATH && config.TLS_CERT_PATH
        ? { key: readFileSync(config.TLS_KEY_PATH), cert: readFileSync(config.TLS_CERT_PATH) }
        : undefined,
    hostnames: new Set(['localhost', '127.0.0.1', '[::1]', ...named]),
    // 'null' is the origin of sandboxed frames and files: whoever lists it would let in every page.
    allowedOrigins: new Set(config.ALLOWED_ORIGINS.filter((origin) => origin !== 'null' && origin !== '*')),
    cookies: cookieNames(config.SUMMIT_HOME, publicUrl, secure),
    provider: config.OIDC_ISSUER ? companyProvider(config, config.OIDC_ISSUER) : undefined,
    bind: config.SUMMIT_BIND,
    uiPort: config.UI_PORT,
    apiPort: config.GATEWAY_PORT,
    server: { host: '127.0.0.1', port: config.SERVER_PORT },
    rate: {
      max: config.RATE_LIMIT_MAX,
      backgroundMax: config.BACKGROUND_RATE_LIMIT_MAX_REQUESTS,
      windowMs: config.RATE_LIMIT_WINDOW_MS,
    },
    uiFolder: join(cloneRoot, 'apps/web/dist'),
    environment: config.NODE_ENV,
  };
}

function companyProvider(config: GatewayConfig, address: string): CompanyProvider {
  const issuer = new URL(address);
  if (issuer.protocol !== 'https:' && !isLoopback(issuer.hostname)) {
    throw new ConfigError([`OIDC_ISSUER must begin with https://; ${issuer.hostname} is another machine.`]);
  }
  return {
    issuer,
    clientId: config.OIDC_CLIENT_ID ?? '',
    clientSecret: config.OIDC_CLIENT_SECRET,
    scopes: config.OIDC_SCOPES,
  };
}
