import { queryClient, readRights } from './queryClient.ts';
import { isSignedIn, viewerQuery } from './viewer.ts';

/** What one may is others' to change: it is read again when a person comes back to the page. */
export function watchRights(): void {
  const again = async () => {
    if (document.visibilityState !== 'visible' || !queryClient.getQueryData(viewerQuery.queryKey)) return;
    // Whoever was signed out meanwhile keeps what is on the screen until they ask for something.
    if (await isSignedIn().catch(() => false)) await readRights();
  };
  window.addEventListener('focus', () => void again());
  document.addEventListener('visibilitychange', () => void again());
}
