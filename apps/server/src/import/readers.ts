import { SummitError } from '@summit/process/errors';
import type { Format, FormatReader } from './source.ts';

/** One reader a format, loaded when it is needed. */
const readers: Partial<Record<Format, () => Promise<FormatReader>>> = {
  ftm: async () => (await import('./format.ftm.ts')).ftmReader,
  csv: async () => (await import('./format.csv.ts')).csvReader,
};

/** Throws FORMAT_UNKNOWN. */
export async function readerOf(format: string): Promise<FormatReader> {
  const load = Object.hasOwn(readers, format) ? readers[format as Format] : undefined;
  if (!load) throw new SummitError('FORMAT_UNKNOWN', { format });
  return load();
}
