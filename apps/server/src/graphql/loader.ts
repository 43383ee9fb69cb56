import DataLoader from 'dataloader';
import type { At } from '../change/read.ts';
import type { RequestContext } from './request.ts';

/**
 * One DataLoader per request, name and moment: the children of a page are loaded in one query, not one each. `load` answers
 * with a map; a key without an entry is null.
 */
export function loader<Value>(
  ctx: RequestContext,
  name: string,
  at: At,
  load: (keys: readonly string[]) => Promise<Map<string, Value>>,
): DataLoader<string, Value | null> {
  const key = `${name}@${at ?? 'now'}`;
  let found = ctx.loaders.get(key) as DataLoader<string, Value | null> | undefined;
  if (!found) {
    found = new DataLoader(
      async (keys) => {
        const values = await load([...new Set(keys)]);
        return keys.map((each) => values.get(each) ?? null);
      },
      { maxBatchSize: 1_000 },
    );
    ctx.loaders.set(key, found);
  }
  return found;
}
