import { expect, test } from 'vitest';
import { forPeople } from './logs.ts';

test('a log line is text for people: no JSON, and nothing of it very long', () => {
  const line = {
    time: '2026-01-02T03:04:05.678Z',
    level: 'warn',
    process: 'server',
    message: 'request answered',
    pid: 7,
    method: 'GET',
    error: { code: 'NOT_FOUND', message: 'It is "gone".' },
    stack: 'x'.repeat(1_000),
  };
  const text = forPeople(JSON.stringify(line));
  expect(text).toMatch(
    /^2026-01-02T03:04:05.678Z WARN {2}server: request answered method=GET error.code=NOT_FOUND error.message="It is \\"gone\\"." stack=x+…$/,
  );
  expect(text.length).toBeLessThan(400);
  expect(forPeople('no JSON')).toBe('no JSON');
});
