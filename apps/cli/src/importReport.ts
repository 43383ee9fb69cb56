import { CommandError } from './installation.ts';
import { printJson, say, table } from './output.ts';

type Counts = { created: number; updated: number; unchanged: number; removed: number };
export type Result = {
  rows: number;
  records: Counts;
  relationships: Counts;
  references: Counts;
  unresolved: number;
  /** Of a preview of a very large file: there are at least so many. */
  unresolvedIsExact?: false;
  rejects: number;
  metadata: number;
  superseded: number;
  seconds: number;
};
export type ImportState = {
  id: string;
  state: string;
  filename: string;
  datasetKey: string;
  format: string;
  mapping: string | null;
  error: { code: string; message: string } | null;
  result: Result | null;
  warnings: string[];
  rejects: { edges: { node: { row: number | null; reason: string } }[] };
  preview: { rows: { act: string; kind: string; caption: string | null; id: string }[] } | null;
  progress: {
    bytesRead: number;
    bytesTotal: number;
    rows: number;
    rejects: number;
    rowsPerSecond: number;
    etaSeconds: number | null;
    slowedBy: string | null;
  };
};

export const kinds = ['records', 'relationships', 'references'] as const;
const number = (value: number): string => value.toLocaleString('en');
export const counted = (value: number, one: string): string =>
  `${number(value)} ${one}${value === 1 ? '' : 's'}`;

/** Facts that an import wrote or removed. */
export const factsOf = (result: Result): number =>
  kinds.reduce((sum, kind) => sum + result[kind].created + result[kind].updated + result[kind].removed, 0);

/** Prints what became of every row. @throws CommandError when the import stopped, or when nothing of the file could be taken */
export function report(done: ImportState, { json, preview }: { json?: boolean; preview?: boolean }): void {
  if (done.state === 'FAILED' || done.state === 'CANCELLED') {
    const how = done.error?.code === 'REPLACE_NOT_CONFIRMED' ? ' (--confirm-removals)' : '';
    throw new CommandError(`${done.error?.message ?? `The import was ${done.state.toLowerCase()}.`}${how}`);
  }
  const { result } = done;
  if (!result) throw new CommandError('The import ended without a result.');
  if (json) printJson(result);
  else tell(done, result, preview ?? false);
  const nothing = nothingTaken(done, result);
  if (nothing) throw new CommandError(nothing);
}

function tell(done: ImportState, result: Result, preview: boolean): void {
  say(preview ? 'Preview: nothing was written.' : `Import ${done.id}`);
  say(
    table([
      ['', 'created', 'updated', 'unchanged', 'removed'],
      ...kinds.map((kind) => {
        const { created, updated, unchanged, removed } = result[kind];
        return [kind, ...[created, updated, unchanged, removed].map(number)];
      }),
    ]),
  );
  for (const { act, kind, caption, id } of done.preview?.rows.slice(0, 10) ?? [])
    say(`  ${act} ${kind}: ${caption ?? id}`);
  const rate = result.seconds > 0 ? number(Math.round(result.rows / result.seconds)) : '–';
  say(`${counted(result.rows, 'row')} in ${result.seconds} s (${rate} a second).`);
  for (const warning of done.warnings) say(`Remark: ${remark(warning)}`);
  if (result.records.created > 0 && isOfNoType(done))
    say(
      'Every row became a Thing: nothing in the file says what its rows are. The form on the Import page offers types; so does --mapping FILE (schema: Person).',
    );
  if (result.unresolvedIsExact === false && result.unresolved === 0)
    say('Not every end of a link was looked for: the file has more of them than a preview keeps in mind.');
  if (result.unresolved > 0)
    say(
      `${result.unresolvedIsExact === false ? 'At least ' : ''}${counted(result.unresolved, 'end')} of links ${preview ? 'would not be' : 'are not'} found in ${done.datasetKey}. Files that belong together go into one dataset: if the ends came from another file, import this one with that file's --dataset.`,
    );
  if (result.rejects > 0) {
    say(
      `${counted(result.rejects, 'row')} of ${number(result.rows)} ${result.rejects === 1 ? 'was' : 'were'} rejected:`,
    );
    for (const { node } of done.rejects.edges)
      say(`  ${node.row === null ? '' : `row ${number(node.row)}: `}${node.reason}`);
    if (result.rejects * 2 >= result.rows)
      say(`Half of the rows or more were rejected: is this really ${done.format}? --format says otherwise.`);
    if (!preview)
      say(
        `To see and mend them: bin/summit import --rejects ${done.id} --out rejects.${extension(done.format)}`,
      );
  }
  if (preview && done.mapping !== null)
    say(`The mapping, to keep in a file, change, and give back with --mapping FILE:\n\n${done.mapping}`);
  if (!preview && factsOf(result) > 0) say(`To take it back: bin/summit undo --import ${done.id}`);
}

function nothingTaken({ filename }: ImportState, result: Result): string | undefined {
  if (result.rows === 0) return `There is no row in ${filename}: nothing was written.`;
  if (result.rejects === result.rows)
    return `All ${counted(result.rows, 'row')} were rejected: nothing was written.`;
  const kept = kinds.reduce((sum, kind) => sum + result[kind].unchanged, 0);
  if (factsOf(result) + kept + result.metadata + result.superseded === 0)
    return `No row of ${filename} made a fact: nothing was written. Look at the mapping.`;
  return undefined;
}

/** A table whose rows are all of no type in particular. */
const isOfNoType = ({ mapping }: ImportState): boolean =>
  mapping !== null && /^\s*schema: Thing\s*$/m.test(mapping) && !/^\s*schema: (?!Thing\s*$)/m.test(mapping);

/** 'VALUE_NOT_UNDERSTOOD (14): email …' → '14 × value not understood: email …'. */
function remark(warning: string): string {
  const match = /^([A-Z_]+) \((\d+)\)(?:: ([\s\S]*))?$/.exec(warning);
  if (!match) return warning;
  const [, code = '', times = '', details] = match;
  return `${number(Number(times))} × ${code.toLowerCase().replaceAll('_', ' ')}${details ? `: ${details}` : ''}`;
}

const extension = (format: string): string => ({ ftm: 'ijson', stix: 'json', xlsx: 'csv' })[format] ?? format;
