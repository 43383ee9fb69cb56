import type { ConfigWith } from '@summit/process/config';
import { readPublicKey } from '@summit/process/keys';
import type { Database } from './database/database.ts';
import { exportRoutes } from './export/export.http.ts';
import { fileRoutes } from './file/file.http.ts';
import type { Route } from './http.ts';
import { handleIdentity } from './identity/identity.http.ts';
import { importRoutes } from './import/import.http.ts';

export interface RouteParts {
  db: Database;
  /** Rejects while the database does not answer. */
  isDatabaseThere: () => Promise<void>;
  config: ConfigWith<'INTERNAL_PUBLIC_KEY' | 'SESSION_SECRET'>;
}

/** Everything beside GraphQL: files in and out, and the gateway's identity door. */
export function routes({ db, isDatabaseThere, config }: RouteParts): Route[] {
  const identity = {
    db,
    isDatabaseThere,
    sessionSecret: config.SESSION_SECRET,
    publicKey: readPublicKey(config.INTERNAL_PUBLIC_KEY),
  };
  return [
    ...fileRoutes,
    ...importRoutes,
    ...exportRoutes,
    {
      method: 'POST',
      path: '/internal/identity/*',
      scope: 'gateway',
      handle: ({ request, response }) => handleIdentity(request, response, identity),
    },
  ];
}
