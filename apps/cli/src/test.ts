import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { hasReferenceFiles, referenceFolder } from '@summit/process/referenceFiles';
import { check } from './check.ts';
import { findChromium } from './chromium.ts';
import { say } from './output.ts';
import { testsOnReferenceFiles } from './referenceFiles.ts';
import { runToEnd } from './runToEnd.ts';

type Outcome = {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  ok: boolean;
  /** What failed, a line each. */
  failures?: string[];
};

const vitestRuns: [name: string, projects: string[]][] = [
  ['unit and database', ['unit', 'postgres']],
  ['API', ['api']],
  ['crash', ['crash']],
  ['browser', ['browser']],
];

/**
 * Runs every suite that needs no root, one after the other, and ends with `N passed, N failed`. What could not run
 * stands in one loud line; with CI=true that, and any skipped test, is a failure.
 */
export async function test(
  options: { realFiles?: boolean; stores?: boolean; faults?: boolean; torture?: string } = {},
): Promise<void> {
  if (options.realFiles) {
    process.exitCode = await show(process.execPath, [join(cloneRoot, 'e2e/realFiles.ts')]);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'summit-reports-'));
  if (options.stores || options.faults || options.torture) {
    try {
      return conclude([await stores(join(folder, 'stores.json'), options)], []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const outcomes: Outcome[] = [];
  const missing: string[] = [];
  try {
    if (!hasReferenceFiles()) {
      const count = testsOnReferenceFiles().length;
      missing.push(`${count} test files on real data (not at ${referenceFolder}; set SUMMIT_SHARED_DATA)`);
    }
    const checked = await check();
    outcomes.push({
      name: 'check',
      passed: checked ? 1 : 0,
      failed: checked ? 0 : 1,
      skipped: 0,
      ok: checked,
    });
    for (const [name, projects] of vitestRuns) {
      if (name === 'browser' && !(await findChromium())) {
        missing.push('browser tests (no Chromium; Debian: apt-get install chromium)');
        continue;
      }
      outcomes.push(await vitest(name, projects, join(folder, `${projects[0]}.json`)));
    }
    if (existsSync(join(cloneRoot, 'clients/python/pyproject.toml'))) {
      if (await canRunPytest()) outcomes.push(await pytest(join(folder, 'pytest.xml')));
      else
        missing.push(
          'Python tests (no .venv with pytest; Debian: apt-get install python3-venv, then make bootstrap)',
        );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  conclude(outcomes, missing);
}

/** What needs the other stores: brings their real servers to this machine first. */
async function stores(
  report: string,
  { faults, torture }: { faults?: boolean; torture?: string },
): Promise<Outcome> {
  const code = await show(process.execPath, [join(cloneRoot, 'servers/main.ts'), 'bring']);
  if (code !== 0) return { name: 'servers', passed: 0, failed: 1, skipped: 0, ok: false };
  if (torture !== undefined) {
    return vitest('torture', ['torture'], report, { MINUTES: torture });
  }
  return faults
    ? vitest(process.env.SHORT === 'true' ? 'faults in short' : 'faults', ['faults'], report)
    : vitest('stores', ['stores'], report);
}

/** Prints what came out, and sets the exit code. */
function conclude(outcomes: Outcome[], missing: string[]): void {
  const strict = process.env.CI === 'true';
  say();
  for (const { name, passed, failed, skipped, ok } of outcomes) {
    say(
      `${ok ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
  }
  // Named once more at the end: the place where a test failed may lie thousands of lines above.
  for (const line of outcomes.flatMap(({ failures = [] }) => failures)) say(`  FAILED ${line}`);
  if (missing.length > 0) say(`\n⚠⚠⚠ NOT RUN: ${missing.join('; ')}\n`);
  const total = (key: 'passed' | 'failed' | 'skipped') => outcomes.reduce((sum, each) => sum + each[key], 0);
  const incomplete = strict && (missing.length > 0 || total('skipped') > 0);
  if (incomplete) say('With CI=true nothing may be left out.');
  if (incomplete || outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
  say(`${total('passed')} passed, ${total('failed') + (incomplete ? 1 : 0)} failed`);
}

async function vitest(
  name: string,
  projects: string[],
  report: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  say(`\n— ${name}`);
  const code = await show(
    join(cloneRoot, 'node_modules/.bin/vitest'),
    [
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    env,
  );
  const text = await readFile(report, 'utf8').catch(() => '{}');
  const counts = JSON.parse(text) as Report;
  const failed = counts.numFailedTests ?? 0;
  return {
    name,
    passed: counts.numPassedTests ?? 0,
    // A file that cannot be loaded has no failing test, yet it failed.
    failed: code !== 0 && failed === 0 ? Math.max(1, counts.numFailedTestSuites ?? 1) : failed,
    skipped: (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0),
    ok: code === 0,
    failures: listFailures(counts),
  };
}

/** What Vitest's JSON reporter writes, as far as it is read here. */
type Report = {
  numPassedTests?: number;
  numFailedTests?: number;
  numFailedTestSuites?: number;
  numPendingTests?: number;
  numTodoTests?: number;
  testResults?: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
};

/** A line for each failed test, and for each file that could not be loaded: file, test, the first line of why. */
export function listFailures({ testResults = [] }: Report): string[] {
  return testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const file = relative(cloneRoot, name);
    const tests = assertionResults
      .filter((each) => each.status === 'failed')
      .map((each) => `${file} > ${each.fullName}: ${firstLine(each.failureMessages?.[0] ?? '')}`);
    return tests.length === 0 && status === 'failed' ? [`${file}: ${firstLine(message)}`] : tests;
  });
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 300) ?? '';

const python = join(cloneRoot, '.venv/bin/python');

const canRunPytest = async (): Promise<boolean> =>
  (await runToEnd(python, ['-c', 'import pytest, summit'])).code === 0;

async function pytest(report: string): Promise<Outcome> {
  say('\n— Python');
  const code = await show(process.execPath, [
    join(cloneRoot, 'e2e/withProduct.ts'),
    ...[python, '-m', 'pytest', '-q', join(cloneRoot, 'clients/python'), `--junitxml=${report}`],
    // Its tests of the product read the reference files.
    ...(hasReferenceFiles() ? [] : ['--ignore', join(cloneRoot, 'clients/python/tests/test_product.py')]),
  ]);
  const counts = countJunit(await readFile(report, 'utf8').catch(() => ''));
  return {
    name: 'Python',
    ...counts,
    failed: code !== 0 ? Math.max(1, counts.failed) : counts.failed,
    ok: code === 0,
  };
}

/** Sums of a JUnit report. */
export function countJunit(xml: string): { passed: number; failed: number; skipped: number } {
  const sum = (name: string) =>
    [...xml.matchAll(/<testsuite\s[^>]*>/g)].reduce(
      (total, [tag]) => total + Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1] ?? 0),
      0,
    );
  const failed = sum('failures') + sum('errors');
  return { passed: sum('tests') - failed - sum('skipped'), failed, skipped: sum('skipped') };
}

/** Runs a program with our output; resolves to its exit code. */
async function show(command: string, arguments_: string[], more: NodeJS.ProcessEnv = {}): Promise<number> {
  const env = { ...process.env, ...more, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` };
  const child = spawn(command, arguments_, { cwd: cloneRoot, stdio: ['ignore', 'inherit', 'inherit'], env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
