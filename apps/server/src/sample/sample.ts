import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { uuidv5 } from '../ids.ts';

/** The fictional case that a newcomer finds: its sources are FollowTheMoney files, imported like any other. */
const FOLDER = resolve(import.meta.dirname, '../../../../demo');

/** `source:key` names a record, for example ledger:cust-1. */
const fact = z.string().regex(/^[a-z]+:\S+$/);

const caseShape = z.strictObject({
  title: z.string(),
  description: z.string(),
  marking: z.string(),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      key: z.string(),
      title: z.string(),
      publisher: z.string(),
      reliability: z.string(),
      licence: z.string(),
    }),
  ),
  items: z.array(
    z.strictObject({ entity: fact, x: z.number(), y: z.number(), pinned: z.boolean().optional() }),
  ),
  judgements: z.array(
    z.strictObject({
      left: fact,
      right: fact,
      verdict: z.enum(['same', 'different', 'unsure']),
      reason: z.string(),
      score: z.number().optional(),
    }),
  ),
  notes: z.array(
    z.strictObject({
      on: fact.optional(),
      property: z.string().optional(),
      value: z.string().optional(),
      text: z.string(),
    }),
  ),
  refuted: z.array(
    z.strictObject({ record: fact, property: z.string(), value: z.string(), reason: z.string() }),
  ),
});

export const readSample = () => caseShape.parse(JSON.parse(readFileSync(join(FOLDER, 'case.json'), 'utf8')));

export const sampleFile = (name: string): string => join(FOLDER, `${name}.ftm.ndjson`);

/** The same in every tenant and installation. */
export const sampleId: string = uuidv5('sample\0case');
