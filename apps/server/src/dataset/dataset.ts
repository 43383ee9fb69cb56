import { SummitError } from '@summit/process/errors';
import type { At } from '../change/read.ts';
import { uuidv5 } from '../ids.ts';
import { mustBeStorable } from '../text.ts';

/** A source, or an investigation's own notebook, at a moment. */
export interface DatasetNode {
  at: At;
  id: string;
  key: string;
  title: string;
  kind: 'source' | 'notebook';
  investigationId: string | null;
  publisher: string | null;
  url: string | null;
  licence: string | null;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  reliability: string | null;
  metadata: Record<string, unknown>;
}

export interface DatasetCounts {
  records: number;
  relationships: number;
  references: number;
}

/** What people may say about a dataset beside its key. */
export interface DatasetDescription {
  title?: string | null | undefined;
  publisher?: string | null | undefined;
  url?: string | null | undefined;
  licence?: string | null | undefined;
  /** As people write it, for example TLP:GREEN. */
  marking?: string | null | undefined;
  reliability?: string | null | undefined;
}

/** Two installations agree on a dataset's id as soon as they agree on its key. */
export const datasetId = (key: string): string => uuidv5(`${key}\0dataset\0`);

const KEY = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Throws INPUT_INVALID. */
export function checkedKey(key: string): string {
  if (KEY.test(key)) return key;
  throw new SummitError('INPUT_INVALID', {
    problem:
      'a dataset key is 1 to 100 of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit',
  });
}

/** Throws INPUT_INVALID when a text is too long or cannot be stored. What is left out stays left out. */
export function checkedDescription<Given extends DatasetDescription>(given: Given): Given {
  for (const [name, most] of [
    ['title', 300],
    ['publisher', 300],
    ['url', 2_000],
    ['licence', 2_000],
  ] as const) {
    const text = given[name];
    if (text) mustBeStorable(text, `the ${name} of the dataset`, most);
  }
  return given;
}

/** Throws INPUT_INVALID. */
export function checkedReliability(letter: string): string {
  if (/^[A-F]$/.test(letter)) return letter;
  throw new SummitError('INPUT_INVALID', { problem: 'reliability is one letter, A to F' });
}
