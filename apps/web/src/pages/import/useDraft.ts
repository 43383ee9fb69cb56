import { useState } from 'react';
import type { ImportOptionsInput } from '../../api/generated/graphql.ts';
import type { Uploaded } from './importQueries.ts';

/** What a person chose for a file that is not imported yet. */
export type Draft = {
  dataset: string;
  title: string;
  format: string;
  mapping: string;
  mode: 'MERGE' | 'REPLACE';
  marking: string;
  options: ImportOptionsInput;
};

/** 'EE payments 2024Q3.csv.gz' → 'ee-payments-2024q3': a key that the same file makes again. */
export function keyFromName(filename: string): string {
  return (
    filename
      .replace(/\.gz$/i, '')
      .replace(/(\.\w{1,8})+$/, '')
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'dataset'
  );
}

/** A draft that survives a reload of the page, by file. */
export function useDraft(
  file: Uploaded,
  into: string | undefined,
): [Draft, (change: Partial<Draft>) => void] {
  const key = `summit.import.${file.id}`;
  const [draft, setDraft] = useState<Draft>(() => {
    const stored = sessionStorage.getItem(key);
    if (stored) return JSON.parse(stored) as Draft;
    const dataset = into ?? keyFromName(file.filename);
    return {
      dataset,
      title: '',
      format: file.format ?? '',
      mapping: file.mapping ?? '',
      mode: 'MERGE',
      marking: 'TLP:GREEN',
      options: {},
    };
  });
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    sessionStorage.setItem(key, JSON.stringify(next));
    setDraft(next);
  };
  return [draft, change];
}
