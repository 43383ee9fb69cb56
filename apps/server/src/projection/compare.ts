/** What two stores hold, side by side: per dataset how much, and a digest that no order changes. */
import { createHash } from 'node:crypto';

export type Difference = 'missing' | 'extra' | 'stale' | 'wrongTenant';

export interface Side {
  entities: number;
  links: number;
  digest: bigint;
}

export interface Tally {
  postgres: Side;
  store: Side;
}

const empty = (): Side => ({ entities: 0, links: 0, digest: 0n });

/** Counts and digests per tenant and dataset. An entity counts in each dataset of its records. */
export class Tallies {
  readonly byDataset = new Map<string, Tally>();
  entities = 0;
  links = 0;

  /** Something that both stores hold, or one of them. */
  add(
    item: { tenant: string; fact: string; datasets: readonly string[] },
    what: 'entity' | 'link',
    sides: readonly ('postgres' | 'store')[],
  ): void {
    const hash = BigInt(`0x${createHash('sha256').update(item.fact).digest('hex')}`);
    if (sides.includes('postgres')) this[what === 'entity' ? 'entities' : 'links']++;
    for (const dataset of item.datasets) {
      const place = `${item.tenant}|${dataset}`;
      let tally = this.byDataset.get(place);
      if (!tally) {
        tally = { postgres: empty(), store: empty() };
        this.byDataset.set(place, tally);
      }
      for (const side of sides) {
        tally[side][what === 'entity' ? 'entities' : 'links']++;
        tally[side].digest += hash;
      }
    }
  }
}

export const hexOf = (digest: bigint): string => (digest % 2n ** 256n).toString(16).padStart(64, '0');

/** What is different about one place, if anything. */
export function differenceOf(
  expected: { fact: string; tenant: string } | undefined,
  stored: { fact: string; saysTenant: string } | undefined,
): Difference | undefined {
  if (!expected) return stored && 'extra';
  if (!stored) return 'missing';
  if (expected.fact === stored.fact) return undefined;
  return stored.saysTenant === expected.tenant ? 'stale' : 'wrongTenant';
}

/** Walks two streams that are in the order of their places; gives each place once, with what either holds. */
export async function* sideBySide<L extends { place: string }, R extends { place: string }>(
  left: AsyncGenerator<L>,
  right: AsyncGenerator<R>,
): AsyncGenerator<{ place: string; left: L | undefined; right: R | undefined }> {
  let [one, other] = await Promise.all([left.next(), right.next()]);
  while (!one.done || !other.done) {
    const isLeft = !one.done && (other.done || one.value.place <= other.value.place);
    const isRight = !other.done && (one.done || other.value.place <= one.value.place);
    yield {
      place: isLeft ? one.value.place : other.value.place,
      left: isLeft ? one.value : undefined,
      right: isRight ? other.value : undefined,
    };
    if (isLeft) one = await left.next();
    if (isRight) other = await right.next();
  }
}
