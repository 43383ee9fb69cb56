import { count, counted } from '../format/numbers.ts';

/** One loss as a person would say it. What no sentence is known for is said as the server names it. */
export function lossInWords({ what, count: many }: { what: string; count: number }): string {
  switch (what) {
    case 'places in the original file':
      return `Left out: which row of the original file says it, for ${counted(many, 'fact')}.`;
    case 'cells with several values, joined by "; "':
      return `${counted(many, 'cell')} with several values: they stand in one cell, parted by “; ”.`;
    case 'cells that a spreadsheet would run, made plain by an apostrophe':
      return `${counted(many, 'cell')} that a spreadsheet would run as a formula: an apostrophe before it keeps it text.`;
    case 'markings':
      return `Left out: the marking of ${counted(many, 'fact')}.`;
    case 'valid times':
      return `Left out: from when and until when ${counted(many, 'fact')} held.`;
    case 'judgements that records are the same':
      return `Left out: that ${counted(many, 'record')} ${many === 1 ? 'was' : 'were'} judged the same as another.`;
    case 'refutations: values that somebody holds to be wrong leave like all others':
      return `Left out: that ${counted(many, 'value')} ${many === 1 ? 'is' : 'are'} refuted. ${many === 1 ? 'It stands' : 'They stand'} in the file like any other.`;
    default:
      return `Left out: ${what}, ${count(many)}.`;
  }
}

/** Of a table of records: its links have a table of their own. Said apart from the other losses. */
export const isOfLinks = ({ what }: { what: string }): boolean =>
  what.endsWith('which the table of records does not hold');

/** Where the second table is fetched; undefined when the selection is too long for an address. */
export const linksTableUrl = (url: string): string | undefined =>
  url.includes('?') ? `${url}&table=relationships` : undefined;
