import type { ReadSettings } from '../import.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { ReadOptions } from '../source.ts';

/** What people set, as readers take it. */
export const readOptions = ({
  encoding,
  delimiter,
  sheet,
}: ReadSettings): Pick<ReadOptions, 'encoding' | 'delimiter' | 'sheet'> => ({
  ...(encoding && { encoding: encoding as NonNullable<ReadOptions['encoding']> }),
  ...(delimiter && { delimiter }),
  ...(sheet && { sheet }),
});

/** Conventions that people set win over those of the mapping. */
export const withConventions = (mapping: Mapping, { dates, decimals }: ReadSettings): Mapping => ({
  ...mapping,
  ...(dates && { dates: dates.toLowerCase() as NonNullable<Mapping['dates']> }),
  ...(decimals && { decimal: decimals as NonNullable<Mapping['decimal']> }),
});
