import { identifier } from '../../apps/server/src/import/identify.ts';
import type { File } from '../world.ts';

/** A dataset whose graph is known by heart: companies in a row, each of which owns the next. */
export const DATASET = 'chain';
export const LENGTH = 60;

const id = identifier(DATASET);

export const companyId = (at: number): string => id('record', `c${at}`);
export const companyName = (at: number): string => `Known Company ${at}`;

export const chainFile: File = {
  name: 'chain.ftm.ndjson',
  body: ndjson([
    ...Array.from({ length: LENGTH }, (_, at) => company(`c${at}`, companyName(at))),
    ...Array.from({ length: LENGTH - 1 }, (_, at) => ownership(`o${at}`, `c${at}`, `c${at + 1}`)),
  ]),
};

/** A larger file of the same kind, to be on its way in while things fail. */
export function rowOfCompanies(length: number): File {
  return {
    name: 'many.ftm.ndjson',
    body: ndjson(
      Array.from({ length }, (_, at) => [
        company(`m${at}`, `Many ${at}`),
        ...(at > 0 ? [ownership(`n${at}`, `m${at >> 1}`, `m${at}`)] : []),
      ]).flat(),
    ),
  };
}

function company(key: string, name: string): object {
  return { id: key, schema: 'Company', properties: { name: [name] } };
}
function ownership(key: string, owner: string, asset: string): object {
  return { id: key, schema: 'Ownership', properties: { owner: [owner], asset: [asset] } };
}
function ndjson(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
