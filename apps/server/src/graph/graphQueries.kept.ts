import type { Answers } from '../change/answers.ts';
import type { Reading } from '../change/read.ts';
import { Transaction } from '../database/database.ts';
import type { Answer, Asked, GraphQueries } from './graphQueries.ts';

/** Entities and links of an answer that is kept, at most: some 200 bytes each. */
const ROWS_MOST = 4_000;

type Heavy = 'neighbourhood' | 'paths' | 'commonNeighbours';
type Found = Answer & { entities: readonly unknown[]; links: readonly unknown[] };

/**
 * A port whose heavy questions are answered from what was kept, where they are asked in the asker's own snapshot. The position
 * of an answer stays true: it is that of every snapshot which finds it.
 */
export function keptGraph(graph: GraphQueries, answers: Answers): GraphQueries {
  const kept =
    <Question, T extends Found>(name: Heavy, ask: (asked: Asked, question: Question) => Promise<T>) =>
    (asked: Asked, question: Question): Promise<T> => {
      const find = () => ask(asked, question);
      const fits = ({ entities, links }: T) => entities.length + links.length <= ROWS_MOST;
      return asked instanceof Transaction
        ? answers.of(asked as Reading, { name, question, fits }, find)
        : find();
    };

  return {
    ...graph,
    neighbourhood: kept('neighbourhood', graph.neighbourhood),
    paths: kept('paths', graph.paths),
    commonNeighbours: kept('commonNeighbours', graph.commonNeighbours),
  };
}
