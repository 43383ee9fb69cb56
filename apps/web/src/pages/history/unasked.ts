import { graphql } from '../../api/generated/gql.ts';
import { request } from '../../api/request.ts';

/** What people do to records, relationships, judgements, notes, cases and charts. */
const work = /^(?:entity|relationship|judgement|note|items|investigation)\./;

/**
 * Whether a single key may take an act back, or do it again, without asking: only what was done to the data. Who may do what,
 * what a dataset is and what came into it are looked at before.
 */
export const isUnasked = (action: string): boolean => work.test(action);

const UndoneActDocument = graphql(`
  query UndoneAct($id: Position!) {
    change(id: $id) {
      action
      undoOf
    }
  }
`);

/** What an undo, or the undo of one, took back in the end; undefined where that cannot be seen. */
export async function actBehind({ undoOf }: { undoOf: string | null }): Promise<string | undefined> {
  let action: string | undefined;
  for (let next = undoOf; next !== null; ) {
    const { change } = await request(UndoneActDocument, { id: next }, {});
    action = change?.action;
    next = change?.undoOf ?? null;
  }
  return action;
}
