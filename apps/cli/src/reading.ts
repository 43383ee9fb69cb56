/** How an import reads its file, as the server answers when it begins. */
export interface Reading {
  format: string;
  mapping?: string;
  /** What the guessed mapping makes of each column: `property name`, `key` …; absent where the mapping was given. */
  guessed?: Record<string, string>;
}

const SHOWN = 8;

/** One line that says as what a file is read, what of it was guessed, and how to say otherwise. */
export function readingOf(
  { format, mapping, guessed }: Reading,
  options: { format?: string; mapping?: string },
): string {
  const read = `Read as ${format.toUpperCase()}${options.format ? '' : ' (recognised)'}`;
  if (options.mapping) return `${read}, with the mapping of ${options.mapping}.`;
  if (mapping === undefined || guessed === undefined) return `${read}.`;
  const made = Object.entries(guessed).map(
    ([column, becomes]) => `${becomes.replace(/^property /, '')} ← ${column}`,
  );
  const more = made.length > SHOWN ? `, and ${made.length - SHOWN} more` : '';
  return `${read}; each row ${thingOf(mapping)} (guessed): ${made.slice(0, SHOWN).join(', ')}${more}. Change it with --mapping FILE (--preview prints it).`;
}

/** 'a Company', 'a link', or what says the type. */
function thingOf(mapping: string): string {
  if (/^[\s-]+links:/m.test(mapping)) return 'a link';
  const schema = /^\s*schema: ([\w-]+)\s*$/m.exec(mapping)?.[1];
  if (schema === undefined) return 'of the type that a column says';
  return `${/^[AEIOU]/.test(schema) ? 'an' : 'a'} ${schema}`;
}
