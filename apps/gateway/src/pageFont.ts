import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The build gives the app's typeface a name of its content; a page outside the app asks for the same file, kept by one cache. */
const latin = /^inter-latin-wght-normal-[\w-]+\.woff2$/;

/** Path of the app's typeface at the browser door; undefined while the app is not built. */
export async function pageFont(uiFolder: string): Promise<string | undefined> {
  const names = await readdir(join(uiFolder, 'assets')).catch((): string[] => []);
  const name = names.find((each) => latin.test(each));
  return name && `/assets/${name}`;
}
