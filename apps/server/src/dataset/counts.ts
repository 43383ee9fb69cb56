import { metrics } from '@summit/process/metrics';
import type { Answers } from '../change/answers.ts';
import { type At, type Reading, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { HIGHEST_MARKING } from '../tenant/marking.ts';
import { countFacts, countUnresolved, untouchedSince } from './counts.queries.ts';
import type { DatasetCounts } from './dataset.ts';
import { InTurn } from './inTurn.ts';

/** Up to here ends are counted while the reader waits. */
const LINKS_AT_ONCE = 200_000;
const REMEMBERED = 1_000;
/** What operators look for in the log. */
export const UNCOUNTED = 'unresolved ends were not counted; the next who asks starts it again';

interface Known<Value> {
  /** All changes up to this one were counted. */
  position: number;
  value: Value;
}

const counts = new Map<string, Known<DatasetCounts>>();
const unresolved = new Map<string, Known<number>>();
/** Each reads all links of a dataset: side by side they would keep every reader waiting. */
const counting = new InTurn();

/**
 * What each dataset says to this reader. Counting reads every row, so it is remembered until one of them changes: here, and
 * where answers are kept for every process.
 */
export async function factCounts(
  tx: Reading,
  ids: readonly string[],
  answers?: Answers,
): Promise<Map<string, DatasetCounts>> {
  const found = new Map<string, DatasetCounts>();
  for (const id of ids) {
    const value = await recall(tx, counts, id, answers);
    if (value) found.set(id, value);
  }
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  const position = await settled(tx);
  for (const [id, value] of await countFacts(tx, missing)) {
    found.set(id, value);
    remember(counts, keyOf(tx, id), { position, value });
    await answers?.remember(tx, wordsOf(counts, tx, id), { position, value });
  }
  return found;
}

/** Null while a large dataset is being counted in the background. */
export async function unresolvedEnds(
  ctx: Context,
  { at, id }: { at: At; id: string },
  { relationships, references }: DatasetCounts,
): Promise<number | null> {
  const { known, position, key } = await read(ctx, at, async (tx) => ({
    known: await recall(tx, unresolved, id, ctx.answers),
    position: await settled(tx),
    key: keyOf(tx, id),
  }));
  if (known !== undefined) return known;
  // By itself: what else is asked need not wait for it.
  const { sharedReads: _, ...background } = ctx;
  const count = async () => {
    const value = await read(background, at, async (tx) => {
      const links = await countUnresolved(tx, id);
      await ctx.answers?.remember(tx, wordsOf(unresolved, tx, id), { position, value: links });
      return links;
    });
    remember(unresolved, key, { position, value });
    return value;
  };
  if (relationships + references <= LINKS_AT_ONCE) return count();
  counting.take(key, async () => {
    try {
      await count();
    } catch (error) {
      // Whoever asks again starts it again.
      metrics.backgroundFailures.inc({ work: 'unresolved_ends' });
      ctx.log?.warn({ error, dataset: id, requestId: ctx.requestId }, UNCOUNTED);
    }
  });
  return null;
}

async function recall<Value>(
  tx: Reading,
  memory: Map<string, Known<Value>>,
  id: string,
  answers: Answers | undefined,
): Promise<Value | undefined> {
  const known = memory.get(keyOf(tx, id));
  if (known && (await stands(tx, id, known))) return known.value;
  const shared = (await answers?.recall(tx, wordsOf(memory, tx, id))) as Known<Value> | undefined;
  if (!shared || shared.position === known?.position || !(await stands(tx, id, shared))) return undefined;
  remember(memory, keyOf(tx, id), shared);
  return shared.value;
}

async function stands(tx: Reading, id: string, { position }: Known<unknown>): Promise<boolean> {
  // The past changes for who does not see every marking: with what was raised since.
  const stays = tx.at !== undefined && tx.reader.clearance === HIGHEST_MARKING;
  return stays || untouchedSince(tx, id, position);
}

function remember<Value>(memory: Map<string, Known<Value>>, key: string, known: Known<Value>): void {
  memory.delete(key);
  memory.set(key, known);
  if (memory.size > REMEMBERED) memory.delete(memory.keys().next().value!);
}

/** The reader sees the dataset, or nothing of it is asked: beside it only the clearance matters. */
const keyOf = ({ reader, at }: Reading, id: string): string =>
  `${reader.tenant} ${id} ${reader.clearance} ${at ?? 'now'}`;

const wordsOf = (memory: object, tx: Reading, id: string): string[] => [
  memory === unresolved ? 'unresolved' : 'facts',
  keyOf(tx, id),
];

async function settled(tx: Reading): Promise<number> {
  const row = await tx.first<{ horizon: number }>(sql`select summit.horizon() as horizon`);
  return row!.horizon - 1;
}
