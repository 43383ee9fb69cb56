import { paths } from '../paths.ts';

/** Leads to the sign-in page and back to where the person was. */
export function goToSignIn(): void {
  if (location.pathname === '/signin') return;
  location.assign(paths.signIn(location.pathname + location.search));
}

/** Where the code flow begins; `next` is a path of ours, shown again after it. */
export function signInHref(next: string): string {
  const own = next.startsWith('/') && !next.startsWith('//') ? next : '/';
  return `/auth/login?${new URLSearchParams({ return: own })}`;
}

/** Ends the session at the gateway. The page is loaded anew, so that nothing read stays in memory. */
export async function signOut(): Promise<void> {
  await fetch('/auth/logout', {
    method: 'POST',
    headers: { 'x-summit-request': '1', 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => undefined);
  location.assign(paths.signIn());
}
