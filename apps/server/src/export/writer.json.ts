import { markingName } from '../tenant/marking.ts';
import type { ExportedLink, ExportedRecord, ExportWriter } from './export.ts';

/** One document with everything that a fact has; one fact a line, so that it can be read in pieces. */
export function jsonWriter(about: Record<string, unknown>): ExportWriter {
  let part: 'records' | 'relationships' = 'records';
  let first = true;
  const item = (value: object): string => {
    const text = `${first ? '' : ','}\n${JSON.stringify(value)}`;
    first = false;
    return text;
  };
  const next = (): string => {
    part = 'relationships';
    first = true;
    return '\n],"relationships":[';
  };
  return {
    contentType: 'application/json; charset=utf-8',
    extension: 'json',
    head: () => `${JSON.stringify(about).slice(0, -1)},"records":[`,
    record: ({ references: _, ...record }: ExportedRecord) =>
      item({ ...record, marking: markingName(record.marking) }),
    link: (link: ExportedLink) =>
      (part === 'records' ? next() : '') + item({ ...link, marking: markingName(link.marking) }),
    foot: () => `${part === 'records' ? next() : ''}\n]}\n`,
  };
}
