/** Said of an act while it is under way. */
export const busy = 'It is at work; wait a moment';

/**
 * Why something cannot be done now: the first reason that holds, or undefined when nothing stands in the way. Controls take
 * it instead of being merely disabled, stay in reach of the keyboard and say it.
 */
export const because = (...reasons: (string | false | null | undefined)[]): string | undefined =>
  reasons.find((reason): reason is string => typeof reason === 'string' && reason !== '');
