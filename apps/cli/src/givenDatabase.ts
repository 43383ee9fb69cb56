import type { Config } from '@summit/process/config';
import { CommandError } from './installation.ts';

/** Addresses of the database for the two logins. */
export type DatabaseUrls = { ownerUrl: string; appUrl: string };

/**
 * The database that DATABASE_URL and DATABASE_OWNER_URL name; undefined where this Summit brings its own. A given one is
 * started, stopped and deleted by whoever it belongs to. Throws when one of the two is missing.
 */
export function givenDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DATABASE_READ_REPLICAS'>,
): DatabaseUrls | undefined {
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = config;
  if (appUrl && ownerUrl) {
    if (new URL(appUrl).username === new URL(ownerUrl).username)
      throw new CommandError(
        'DATABASE_URL and DATABASE_OWNER_URL name the same login. The one that serves must own nothing: name another in DATABASE_URL; it is made where it is missing.',
      );
    return { appUrl, ownerUrl };
  }
  if (appUrl || ownerUrl)
    throw new CommandError(
      `${appUrl ? 'DATABASE_OWNER_URL' : 'DATABASE_URL'} is empty, but ${appUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL'} is set. Set both to use that database, or empty both: \`make up\` then brings its own.`,
    );
  if (config.DATABASE_READ_REPLICAS?.length)
    throw new CommandError(
      'DATABASE_READ_REPLICAS is set, but DATABASE_URL is empty: the database that Summit brings itself has no replicas.',
    );
  return undefined;
}

/** Where it is, for people: no login, no password. */
export function placeOf({ appUrl }: DatabaseUrls): string {
  const { host, pathname } = new URL(appUrl);
  return `${host}${decodeURIComponent(pathname)}`;
}
