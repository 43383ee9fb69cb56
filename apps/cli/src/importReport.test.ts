import { expect, test, vi } from 'vitest';
import { describe } from './import.ts';
import { type ImportState, report } from './importReport.ts';

const fates = (created: number) => ({ created, updated: 0, unchanged: 0, removed: 0 });
const done = (
  rows: number,
  created: number,
  rejects: number,
  more: Partial<ImportState> = {},
): ImportState => ({
  id: 'i',
  state: 'DONE',
  filename: 'people.csv',
  datasetKey: 'people',
  format: 'csv',
  mapping: 'queries:\n  - entities:\n      record:\n        schema: Thing\n',
  error: null,
  result: {
    rows,
    records: fates(created),
    relationships: fates(0),
    references: fates(0),
    unresolved: 0,
    rejects,
    metadata: 0,
    superseded: 0,
    seconds: 1,
  },
  warnings: ['VALUE_NOT_UNDERSTOOD (4): birthDate (date): soon'],
  rejects: { edges: [{ node: { row: 1, reason: '3 cells, but the header names 1' } }] },
  preview: null,
  progress: {
    bytesRead: 50,
    bytesTotal: 100,
    rows: 10,
    rejects: 0,
    rowsPerSecond: 5,
    etaSeconds: 2,
    slowedBy: 'disk',
  },
  ...more,
});

/** What the report prints; throws what it throws. */
function printed(state: ImportState): string {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    report(state, {});
  } finally {
    write.mockRestore();
  }
  return lines.join('');
}

test('a file that gave nothing ends with an error that says so', () => {
  expect(() => printed(done(2, 0, 2))).toThrow('All 2 rows were rejected: nothing was written.');
  expect(() => printed(done(0, 0, 0))).toThrow('There is no row in people.csv');
  expect(() => printed(done(2, 2, 0))).not.toThrow();
});

test('remarks, reasons and what to do are printed', () => {
  const text = printed(done(4, 2, 2));
  for (const part of [
    'Remark: 4 × value not understood: birthDate (date): soon',
    'Every row became a Thing',
    '2 rows of 4 were rejected:',
    'is this really csv?',
    'bin/summit import --rejects i --out rejects.csv',
    'bin/summit undo --import i',
  ])
    expect(text).toContain(part);
});

test('a preview says which ends would dangle, and where it kept not all in mind', () => {
  const ends = (more: object): string => {
    const state = done(4, 2, 0);
    state.result = { ...state.result!, ...more };
    const lines: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => lines.push(String(text)) > 0);
    try {
      report(state, { preview: true });
    } finally {
      write.mockRestore();
    }
    return lines.join('');
  };
  expect(ends({ unresolved: 3 })).toContain('\n3 ends of links would not be found in people.');
  const unresolvedIsExact = false;
  expect(ends({ unresolved: 3, unresolvedIsExact })).toContain('\nAt least 3 ends of links would not be');
  expect(ends({ unresolved: 0, unresolvedIsExact })).toContain('Not every end of a link');
  expect(ends({ unresolved: 0 })).not.toMatch(/ends? of/);
});

test('progress tells no rate once every row is in, and counts facts while it is taken back', () => {
  const running = done(20, 0, 0, { state: 'RUNNING' });
  expect(describe(running)).toBe('50 %, 10 rows, 5 a second, 2 s left, slowed by disk');
  const read = { ...running, progress: { ...running.progress, bytesRead: 100 } };
  expect(describe(read)).toBe('100 %, 10 rows, counting what they made');
  expect(describe(done(20, 20, 0, { state: 'UNDOING' }))).toMatch(/^50 %, 10 facts, /);
});
