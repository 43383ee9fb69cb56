import { afterEach, expect, test } from 'vitest';
import { ApiError, explain, explainAct } from './apiError.ts';
import { lostBy, onFound, useReach } from './reach.ts';

const { lose, find } = useReach.getState();
afterEach(find);

test('silence loses the server, its own word the database; a refusal is an answer', () => {
  expect(['NO_ANSWER', 'SERVER_UNAVAILABLE'].map(lostBy)).toEqual(['server', 'server']);
  expect(lostBy('DATABASE_UNAVAILABLE')).toBe('database');
  expect(['FORBIDDEN', 'GRAPH_UNAVAILABLE', 'RATE_LIMITED'].map(lostBy)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('it is lost since the first question without an answer, and found once', () => {
  let found = 0;
  const stop = onFound(() => {
    found += 1;
  });
  lose('database');
  const { since } = useReach.getState().lost!;
  lose('server');
  expect(useReach.getState().lost).toEqual({ what: 'server', since });
  find();
  find();
  expect(found).toBe(1);
  stop();
});

test('a question is asked again by itself, an act is not', () => {
  const silence = new ApiError({ code: 'NO_ANSWER', message: '' });
  expect(explain(silence).detail).toContain('asked again by itself');
  expect(explainAct(silence).detail).toContain('is not known');
  const refusal = new ApiError({ code: 'FORBIDDEN', message: '' });
  expect(explainAct(refusal)).toEqual(explain(refusal));
});
