import { ownRequest, refused } from './request.ts';

/**
 * Saves what an address answers. `asked` goes by POST where the address has no room for it: so says an address without a query.
 * Throws ApiError.
 */
export async function download(url: string, asked: object): Promise<void> {
  if (url.includes('?')) return location.assign(url);
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...ownRequest, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  }).catch(() => {
    throw refused('', 0);
  });
  if (!response.ok) throw refused(await response.text(), response.status);
  const object = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = object;
  link.download = nameIn(response.headers.get('content-disposition'));
  link.click();
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(object));
}

const nameIn = (disposition: string | null): string =>
  decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(disposition ?? '')?.[1] ?? 'export');
