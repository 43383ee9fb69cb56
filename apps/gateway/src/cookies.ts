import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** Names of the cookies of one installation. Cookies ignore ports, so two clones on localhost would share plain names. */
export interface CookieNames {
  session: string;
  login: string;
  link: string;
  /** Prefix for the embedded provider's own cookies. */
  provider: string;
}

export function cookieNames(home: string, publicUrl: URL, secure: boolean): CookieNames {
  const installation = createHash('sha256')
    .update(`${resolve(home)}\0${publicUrl.origin}`)
    .digest('hex')
    .slice(0, 10);
  const name = (purpose: string) => `${secure ? '__Host-' : ''}summit-${installation}-${purpose}`;
  // The provider narrows its cookies to its own paths, which the __Host- prefix forbids.
  return {
    session: name('session'),
    login: name('login'),
    link: name('link'),
    provider: `summit-${installation}-provider`,
  };
}

/** The value of one cookie; undefined when it is absent or stands there twice with different values (cookie tossing). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (!header) return undefined;
  const values = new Set<string>();
  for (const pair of header.split(';')) {
    const split = pair.indexOf('=');
    if (split > 0 && pair.slice(0, split).trim() === name) values.add(pair.slice(split + 1).trim());
  }
  return values.size === 1 ? [...values][0] : undefined;
}

export function writeCookie(
  name: string,
  value: string,
  limits: { maxAgeSeconds: number; secure: boolean },
): string {
  const parts = [`${name}=${value}`, 'Path=/', `Max-Age=${limits.maxAgeSeconds}`, 'HttpOnly', 'SameSite=Lax'];
  if (limits.secure) parts.push('Secure');
  return parts.join('; ');
}

export function clearCookie(name: string, secure: boolean): string {
  return writeCookie(name, '', { maxAgeSeconds: 0, secure });
}
