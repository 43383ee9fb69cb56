import { expect, test } from 'vitest';
import { countJunit } from './test.ts';

test('a JUnit report is summed over its suites', () => {
  const xml =
    '<testsuites><testsuite name="a" errors="1" failures="2" skipped="1" tests="10"></testsuite><testsuite tests="3" failures="0"/></testsuites>';
  expect(countJunit(xml)).toEqual({ passed: 9, failed: 3, skipped: 1 });
  expect(countJunit('')).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
