import type { Mapping } from '../mapping/mapping.ts';

/** Whether objects of a file may say markings of their own; if not, all of them carry that of their import. */
export const saysMarkings = (format: string, mapping: Mapping | undefined): boolean =>
  format === 'stix' ||
  (mapping?.queries ?? []).some(({ entities = {}, links = {} }) =>
    [...Object.values(entities), ...Object.values(links)].some(({ marking }) => marking !== undefined),
  );
