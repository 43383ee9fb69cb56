/** Events that bring facts in: what they must look like, and which of two about one fact is the later. docs/kafka.md */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { uuidv5 } from '../ids.ts';
import { MARKINGS } from '../tenant/marking.ts';

export const deadCodes = [
  'NOT_AN_EVENT', // no UTF-8, no JSON, no CloudEvent of a type that is known here
  'INVALID_EVENT', // its data are not as documented; the reason says where
  'DATASET_NOT_GRANTED',
  'UNKNOWN_SCHEMA',
  'UNKNOWN_PROPERTY',
  'TIME_IN_FUTURE', // it would win against everything that comes until then
  'MARKING_ABOVE_CLEARANCE',
  'NOT_ALLOWED', // about a fact or a dataset that the service user may not see
  'NOT_STORABLE', // the database refuses it
] as const;
export type DeadCode = (typeof deadCodes)[number];

/** Thrown for a message that can have no effect: it is parked with the reason. */
export class Dead extends Error {
  readonly code: DeadCode;
  constructor(code: DeadCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

const key = z.string().min(1).max(1_000);
const name = z.string().min(1).max(200);
/** A year at least, to the second at most. */
const moment = z
  .string()
  .regex(
    /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/,
    'no ISO 8601 date',
  );
const said = {
  dataset: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'no key of a dataset'),
  key,
  properties: z
    .record(name, z.union([z.string(), z.array(z.string())], { error: 'no text and no list of texts' }))
    .default({}),
  marking: z.enum(MARKINGS).optional(),
  validFrom: moment.optional(),
  validTo: moment.optional(),
  version: z.int().min(0).optional(),
};
const gone = { dataset: said.dataset, key, version: said.version, deleted: z.literal(true) };

const recordData = z.strictObject({
  ...said,
  schema: name,
  caption: z.string().min(1).max(500).optional(),
  deleted: z.literal(false).optional(),
});
const relationshipData = z.strictObject({
  ...said,
  type: name,
  source: key,
  target: key,
  directed: z.boolean().optional(),
  deleted: z.literal(false).optional(),
});
/** Whatever else it says of what is no more. */
const goneData = z.looseObject(gone);

const envelope = {
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(500),
  source: z.string().min(1).max(500),
  time: z.iso.datetime({ offset: true }).optional(),
};
const anEvent = z.looseObject({
  ...envelope,
  type: z.enum(['summit.ingest.record', 'summit.ingest.relationship']),
});

export type RecordData = z.infer<typeof recordData>;
export type RelationshipData = z.infer<typeof relationshipData>;
export type GoneData = z.infer<typeof goneData>;

export interface IngestEvent {
  /** The same for each copy of the event, and only for those. */
  id: string;
  /** How people find it again: its source and id. */
  named: string;
  kind: 'record' | 'relationship';
  data: RecordData | RelationshipData | GoneData;
  /** Of two events about one fact the one with the greater version is the later, whichever comes first. Never equal by chance. */
  version: string;
}

/** Clocks of other systems may be a little ahead. */
const AHEAD_MS = 24 * 3_600_000;

/** What a message says. Throws Dead. */
export function readEvent(value: Buffer | null, nowMs: number): IngestEvent {
  const read = anEvent.safeParse(jsonOf(value));
  if (!read.success) throw new Dead('NOT_AN_EVENT', problemOf(read.error));
  const { id, source, time, type } = read.data;
  const kind = type === 'summit.ingest.record' ? 'record' : 'relationship';
  const isGone = (read.data.data as { deleted?: unknown } | null | undefined)?.deleted === true;
  const shape = isGone ? goneData : kind === 'record' ? recordData : relationshipData;
  const data = shape.safeParse(read.data.data);
  if (!data.success) throw new Dead('INVALID_EVENT', problemOf(data.error));
  // Left out by zod, without a word.
  if (Object.hasOwn(Object((read.data.data as { properties?: unknown }).properties), '__proto__'))
    throw new Dead('UNKNOWN_PROPERTY', 'nothing has a property "__proto__"');
  if (time === undefined && data.data.version === undefined)
    throw new Dead(
      'INVALID_EVENT',
      'it has neither a time nor a version: nobody could tell which of two is the later',
    );
  if (time !== undefined && Date.parse(time) > nowMs + AHEAD_MS)
    throw new Dead('TIME_IN_FUTURE', `its time is ${time}, more than a day ahead`);
  return {
    id: uuidv5(`event\0${source}\0${id}`),
    named: `${source} ${id}`,
    kind,
    data: data.data,
    version: versionOf(data.data.version, time, value!),
  };
}

function jsonOf(value: Buffer | null): unknown {
  if (value === null || value.length === 0) throw new Dead('NOT_AN_EVENT', 'the message is empty');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw new Dead('NOT_AN_EVENT', `the message is no JSON: ${(error as Error).message}`);
  }
}

/** A version counts before a time; of equals what the event says decides, so that the order of arrival never does. */
function versionOf(version: number | undefined, time: string | undefined, value: Buffer): string {
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 16);
  return `${String(version ?? 0).padStart(16, '0')} ${time === undefined ? '' : utc(time)} ${digest}`;
}

/** To the nanosecond, as Date knows only milliseconds: `2026-01-02T03:04:05.000000000Z`. */
function utc(time: string): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${new Date(time).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

function problemOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'event'}: ${message}`)
    .join('; ')
    .slice(0, 500);
}
