import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { expect, test } from 'vitest';
import { countJunit, listFailures } from './test.ts';

test('sums the suites of a JUnit report', () => {
  const xml = `<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="13" time="6.3">
<testcase classname="tests.test_x" name="y"/></testsuite></testsuites>`;
  expect(countJunit(xml)).toEqual({ passed: 9, failed: 3, skipped: 1 });
  expect(countJunit('')).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test('names what failed: a test with the first line of why, a file that could not be loaded', () => {
  const testResults = [
    {
      name: join(cloneRoot, 'a.test.ts'),
      status: 'failed',
      assertionResults: [
        { fullName: 'adds up', status: 'passed', failureMessages: [] },
        {
          fullName: 'takes away',
          status: 'failed',
          failureMessages: ['Error: 1 is not 2\n    at a.test.ts:3'],
        },
      ],
    },
    {
      name: join(cloneRoot, 'b.test.ts'),
      status: 'failed',
      message: 'Cannot find c.ts\nmore',
      assertionResults: [],
    },
    { name: join(cloneRoot, 'd.test.ts'), status: 'passed', assertionResults: [] },
  ];
  expect(listFailures({ testResults })).toEqual([
    'a.test.ts > takes away: Error: 1 is not 2',
    'b.test.ts: Cannot find c.ts',
  ]);
  expect(listFailures({})).toEqual([]);
});
