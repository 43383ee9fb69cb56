import { country } from '../format/countries.ts';
import { knownDate } from '../format/dates.ts';
import type { EntityFact } from './entityQueries.ts';

/** A value as it is read: the name of the entity or country that it stands for, a date in words. */
export function shownValue(
  type: string,
  value: string,
  entity?: { caption: string } | null | undefined,
): string {
  if (entity) return entity.caption;
  if (type === 'country') return country(value);
  return type === 'date' ? knownDate(value) : value;
}

export const shownFact = ({ type, value, entity }: EntityFact): string => shownValue(type, value, entity);
