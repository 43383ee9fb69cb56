import { parseMapping } from './mapping.ts';

/** Whether objects of a file may say markings of their own; if not, all of them carry that of their import. */
export function saysMarkings({
  format,
  mapping,
}: {
  format: string;
  mapping?: string | null | undefined;
}): boolean {
  if (format === 'stix') return true;
  if (!mapping) return false;
  return parseMapping(mapping).queries.some(({ entities = {}, links = {} }) =>
    [...Object.values(entities), ...Object.values(links)].some(({ marking }) => marking !== undefined),
  );
}
