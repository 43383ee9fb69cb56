/** What keeps from a database, for whoever holds the machine: what a driver's error says, never an address or a password. */
export function whyNot(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  const told = typeof code === 'string' && /^\w+$/.test(code) ? ` (${code})` : '';
  if (code === '28P01') return `The database refuses the login: its password is wrong${told}.`;
  if (code === '28000') return `The database refuses the login, or a connection without TLS${told}.`;
  if (code === '3D000') return `The server has no database of this name${told}.`;
  if (/CERT|SIGNATURE|ISSUER|ALTNAME|SSL|TLS/.test(String(code)))
    return `The certificate of the database is not trusted${told}: see sslmode and sslrootcert in its address.`;
  if (String(message) === 'The server does not support SSL connections')
    return 'The database speaks no TLS, and its address (sslmode) asks for it.';
  return `The database does not answer${told}.`;
}
