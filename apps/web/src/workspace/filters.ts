import { entityType } from '../entity/entityTypes.ts';

/** What can be kept: entities by type, dataset, country or disagreement; relationships by certainty. */
export type FilterField = 'schema' | 'dataset' | 'country' | 'disagree' | 'certainty' | 'references';
export type Filter = { field: FilterField; values: string[]; isOff: boolean };

export const filterNames: Record<FilterField, string> = {
  schema: 'Type',
  dataset: 'Dataset',
  country: 'Country',
  disagree: 'Sources',
  certainty: 'Certainty',
  references: 'References',
};

const isField = (field: string): field is FilterField => field in filterNames;

/** Reads filters as the address holds them: `field:a|b`, with a leading `-` when switched off. Nonsense is left out. */
export function readFilters(written: readonly string[]): Filter[] {
  return written.flatMap((one) => {
    const isOff = one.startsWith('-');
    const at = one.indexOf(':');
    const field = one.slice(isOff ? 1 : 0, at);
    const values = one
      .slice(at + 1)
      .split('|')
      .filter((value) => value !== '');
    return at > 0 && isField(field) && values.length > 0 ? [{ field, values, isOff }] : [];
  });
}

export const writeFilters = (filters: readonly Filter[]): string[] =>
  filters.map(({ field, values, isOff }) => `${isOff ? '-' : ''}${field}:${values.join('|')}`);

/** The filters with the values of one field set; without values the filter goes. Setting switches it on. */
export function withFilter(filters: readonly Filter[], field: FilterField, values: string[]): Filter[] {
  if (values.length === 0) return filters.filter((filter) => filter.field !== field);
  const set: Filter = { field, values, isOff: false };
  return filters.some((filter) => filter.field === field)
    ? filters.map((filter) => (filter.field === field ? set : filter))
    : [...filters, set];
}

export const toggled = (filters: readonly Filter[], field: FilterField): Filter[] =>
  filters.map((filter) => (filter.field === field ? { ...filter, isOff: !filter.isOff } : filter));

/** Values of a field that are in force; none means that all are kept. */
export const kept = (filters: readonly Filter[], field: FilterField): readonly string[] =>
  filters.find((filter) => filter.field === field && !filter.isOff)?.values ?? [];

type Filtered = {
  schema: string;
  countries: readonly string[];
  datasets: readonly { key: string }[];
  disagree: boolean;
};

/** Whether an entity is kept. `but` leaves one field out, for the counts beside that field's own values. */
export function passes(entity: Filtered, filters: readonly Filter[], but?: FilterField): boolean {
  return filters.every(({ field, values, isOff }) => {
    if (isOff || field === but) return true;
    if (field === 'schema') return values.includes(entity.schema);
    if (field === 'dataset') return entity.datasets.some(({ key }) => values.includes(key));
    if (field === 'country') return entity.countries.some((country) => values.includes(country));
    if (field === 'disagree') return entity.disagree;
    return true;
  });
}

export const certainties = [
  { id: 'several', name: '2+ sources' },
  { id: 'one', name: 'one source' },
  { id: 'inferred', name: 'inferred' },
] as const;

/** A chip's value: the one kept, or how many of all. */
export function shownValue(
  { field, values }: Filter,
  all: readonly { value: string; label: string }[],
): string {
  if (field === 'disagree') return 'disagree';
  if (field === 'references') return 'shown';
  const [only] = values;
  if (values.length === 1 && only !== undefined) {
    if (field === 'schema') return entityType(only).name;
    if (field === 'certainty') return certainties.find(({ id }) => id === only)?.name ?? only;
    return all.find(({ value }) => value === only)?.label ?? only;
  }
  return `${values.length} of ${Math.max(values.length, all.length)}`;
}
