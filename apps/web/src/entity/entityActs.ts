import { graphql } from '../api/generated/gql.ts';
import { useAct } from '../api/useAct.ts';
import { markTried } from '../frame/tried.ts';

const UpdateEntityDocument = graphql(`
  mutation UpdateEntity($input: UpdateEntityInput!) {
    updateEntity(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const JudgeDocument = graphql(`
  mutation Judge($input: JudgeInput!) {
    judge(input: $input) {
      change {
        id
        summary
      }
      ids
    }
  }
`);

const SplitDocument = graphql(`
  mutation Split($input: SplitInput!) {
    split(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const WriteNoteDocument = graphql(`
  mutation WriteNote($input: WriteNoteInput!) {
    writeNote(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

/** Everything that shows entities is read again after an act on one: judgements move facts between them. */
const entities = () => [['entity'], ['investigation'], ['search']];

/** Adds values, refutes sourced ones, or takes either back. */
export const useUpdateEntity = () =>
  useAct({
    document: UpdateEntityDocument,
    reads: entities,
    done: (data) => data.updateEntity.change?.summary,
  });

/** Says whether two records are the same thing. */
export const useJudge = () =>
  useAct({
    document: JudgeDocument,
    reads: entities,
    done: (data) => data.judge.change?.summary ?? 'Nothing changed',
    onDone: (_data, { input }) => {
      if (input.verdict === 'SAME') markTried('judge');
    },
  });

/** Takes records out of their entity. */
export const useSplit = () =>
  useAct({ document: SplitDocument, reads: entities, done: (data) => data.split.change?.summary });

export const useWriteNote = () =>
  useAct({ document: WriteNoteDocument, reads: entities, done: (data) => data.writeNote.change?.summary });
