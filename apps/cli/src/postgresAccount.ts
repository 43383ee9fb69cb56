import { readFile } from 'node:fs/promises';

export type Account = { name: string; uid: number; gid: number };

/** The users, in order of preference, that may own the data folder when Summit is started by root. */
const candidates = ['summit', 'postgres', 'nobody'];

/** Finds the system user that runs Postgres for root. */
export async function databaseAccount(passwd?: string): Promise<Account> {
  const accounts = new Map(
    (passwd ?? (await readFile('/etc/passwd', 'utf8'))).split('\n').map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { name, uid: Number(uid), gid: Number(gid) }];
    }),
  );
  const found = candidates.map((name) => accounts.get(name)).find((account) => account && account.uid > 0);
  if (found) return found;
  throw new Error(
    'Postgres refuses to run as root and this machine has no user to run it. Make one: `useradd --system summit`.',
  );
}
