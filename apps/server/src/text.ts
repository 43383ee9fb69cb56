import { SummitError } from '@summit/process/errors';

/** Longest reason for an act, in UTF-16 units as all lengths here. */
export const REASON_MOST = 2_000;

/** Text that people see as a name: no edges of white space, not empty, not endless. Throws INPUT_INVALID. */
export function checkedText(text: string, what: string, most: number): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new SummitError('INPUT_INVALID', { problem: `${what} is empty` });
  mustBeStorable(trimmed, what, most);
  return trimmed;
}

/** Text that may be left out; nothing but white space counts as left out. Throws INPUT_INVALID. */
export function optionalText(text: string | null | undefined, what: string, most: number): string | null {
  const trimmed = text?.trim();
  if (!trimmed) return null;
  mustBeStorable(trimmed, what, most);
  return trimmed;
}

/** Neither endless nor with characters that the database cannot hold. Throws INPUT_INVALID. */
export function mustBeStorable(text: string, what: string, most: number): void {
  if (text.length > most || text.includes('\0') || !text.isWellFormed()) {
    throw new SummitError('INPUT_INVALID', { problem: `${what} is a text of at most ${most} characters` });
  }
}
