import { expect, test } from 'vitest';
import { judgeNeo4j } from './doctorNeo4j.ts';

const well = { store: 'answers', state: 'following', lagSeconds: 0.2, problem: null };

test('a store that answers and follows is no finding', () => {
  expect(judgeNeo4j(well)).toEqual([]);
  expect(judgeNeo4j({ ...well, state: 'filling', lagSeconds: 100 })).toEqual([]);
});

test.each([
  [{ store: 'UNREACHABLE' }, 'does not answer (UNREACHABLE)'],
  [{ store: 'LOGIN_REFUSED' }, 'refuses the login'],
  [{ state: 'waiting' }, 'No worker'],
  [{ state: 'failing', problem: 'FAILED' }, 'do not go in (FAILED)'],
])('%o is wrong', (more, text) => {
  const [finding] = judgeNeo4j({ ...well, ...more });
  expect(finding?.problem).toContain(text);
  expect(finding?.warning).toBeUndefined();
});

test.each([
  [{ state: 'paused' }, 'paused'],
  [{ lagSeconds: 61.4 }, '61 s behind'],
])('%o is a warning', (more, text) => {
  const [finding] = judgeNeo4j({ ...well, ...more });
  expect(finding).toMatchObject({ warning: true });
  expect(finding?.problem).toContain(text);
});
