import { metrics } from '@summit/process/metrics';
import type { Reading } from '../change/read.ts';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { inReading } from './answering.queries.ts';
import { Arrival } from './arrival.neo4j.ts';
import type { Answer, Asked } from './graphQueries.ts';
import { Elsewhere, type GraphStore, Moved, QUESTION_MS, Walk } from './walk.neo4j.ts';

interface Met<Found> {
  found: Omit<Found, keyof Answer>;
  position: number;
  standing: number;
}

type Ask<Question, Found extends Answer> = (asked: Asked, question: Question) => Promise<Found>;

/**
 * Lets the store answer where it can, and Postgres otherwise: the past; what the store cannot tell (or not soon) (walk.neo4j.ts, Reason); and
 * where a change that has to be in the answer does not come within half a second. Answers of the store name its position.
 */
export function serving(db: Database, store: GraphStore) {
  const arrival = new Arrival(store);
  return <Question, Found extends Answer>(
    postgres: Ask<Question, Found>,
    walked: (walk: Walk, question: Question) => Promise<Omit<Found, keyof Answer>>,
  ): Ask<Question, Found> =>
    async (asked, question) => {
      if (asked.at !== undefined) return postgres(asked, question);
      const { actor, after = 0, signal } = asked;
      return inReading(db, asked, async (tx) => {
        const deadline = performance.now() + QUESTION_MS;
        const attempt = async (again = true): Promise<Met<Found>> => {
          const walk = new Walk(store, tx, { deadline, signal });
          try {
            const found = await walked(walk, question);
            return { found, position: walk.position!, standing: walk.standing! };
          } catch (error) {
            if (again && error instanceof Moved) return attempt(false);
            throw error;
          }
        };
        try {
          if (store.isCold) throw new Elsewhere('cold');
          const own = Promise.resolve(actor === undefined ? 0 : ownChange(tx, actor));
          let [met, change] = await Promise.all([attempt(), own]);
          change = Math.max(change, after);
          if (change > met.position) {
            if (!(await arrival.of(change))) throw new Elsewhere('own');
            met = await attempt();
          }
          metrics.graphAnswers.inc({ served_by: 'neo4j', reason: 'whole' });
          return { ...met.found, servedBy: 'neo4j', position: met.standing } as unknown as Found;
        } catch (error) {
          if (!(error instanceof Elsewhere)) throw error;
          signal?.throwIfAborted();
          metrics.graphAnswers.inc({ served_by: 'postgres', reason: error.reason });
          return postgres(tx, question);
        }
      });
    };
}

/** The last act of this person, whichever process took it. Batches of imports are waited for by nobody. */
async function ownChange(tx: Reading, actor: string): Promise<number> {
  const row = await tx.first<{ id: number | null }>(sql`
    select c.id from summit.changes c
    where c.tenant_id = ${tx.reader.tenant} and c.actor_id = ${actor} and c.import_id is null
    order by c.id desc limit 1`);
  return row?.id ?? 0;
}
