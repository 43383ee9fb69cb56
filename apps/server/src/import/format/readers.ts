import { SummitError } from '@summit/process/errors';
import type { Format, FormatReader } from '../source.ts';

/** One reader a format, loaded when it is needed. */
const readers: Record<Format, () => Promise<FormatReader>> = {
  ftm: async () => (await import('./format.ftm.ts')).ftmReader,
  stix: async () => (await import('./format.stix.ts')).stixReader,
  csv: async () => (await import('./format.csv.ts')).csvReader,
  ndjson: async () => (await import('./format.json.ts')).ndjsonReader,
  json: async () => (await import('./format.json.ts')).jsonReader,
  xlsx: async () => (await import('./format.xlsx.ts')).xlsxReader,
  graphml: async () => (await import('./format.graphml.ts')).graphmlReader,
  gexf: async () => (await import('./format.gexf.ts')).gexfReader,
};

/** Throws FORMAT_UNKNOWN. */
export async function readerOf(format: string): Promise<FormatReader> {
  const load = Object.hasOwn(readers, format) ? readers[format as Format] : undefined;
  if (!load) throw new SummitError('FORMAT_UNKNOWN', { format });
  return load();
}
