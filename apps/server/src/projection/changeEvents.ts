/** Rows of the log as CloudEvents 1.0. What stands in them is promised in docs/kafka.md. */
import { encodePosition } from '../change/position.ts';
import { markingName } from '../tenant/marking.ts';

/** One version of a row, or its end, as published.queries.ts reads it. */
export interface ChangedRow {
  kind: 'record' | 'relationship' | 'judgement' | 'dataset';
  op: 'created' | 'updated' | 'removed';
  id: string;
  change: number;
  at: Date;
  /** What it says; of a removed one only what tells which it was. A marking is a rank. */
  body: Record<string, unknown>;
}

export interface ChangeEvent {
  /** The row's id: events of one row keep their order. */
  key: string;
  value: Buffer;
  /** The same without what makes it large, for a broker that does not take it whole. */
  slim(): Buffer;
}

/** Above this many bytes most brokers refuse a message (1 MiB, with all that stands around it). */
export const EVENT_MOST = 900_000;

/** The event of a row's change: the same bytes whenever it is published again. */
export function changeEvent(row: ChangedRow, tenant: string, secret: Uint8Array): ChangeEvent {
  const position = encodePosition(secret, tenant, row.change);
  const said = Object.entries(row.body).filter(([, value]) => value !== null);
  const written = (data: Record<string, unknown>): Buffer =>
    Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        id: `${position}.${row.id}`,
        source: `urn:summit:tenant:${tenant}`,
        type: `summit.${row.kind}.${row.op}`,
        subject: row.id,
        time: row.at.toISOString(),
        datacontenttype: 'application/json',
        position,
        data,
      }),
    );
  const data = {
    id: row.id,
    ...Object.fromEntries(
      said.map(([name, value]) => [name, name === 'marking' ? markingName(value as number) : value]),
    ),
    position,
  };
  const slim = () => {
    const { properties: _, caption: __, ...rest } = data as Record<string, unknown>;
    return written({ ...rest, omitted: ['properties'] });
  };
  const whole = written(data);
  return { key: row.id, value: whole.length > EVENT_MOST ? slim() : whole, slim };
}
