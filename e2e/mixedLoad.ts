import { setTimeout as delay } from 'node:timers/promises';
import { identifier } from '../apps/server/src/import/identify.ts';
import { type Answer, ask, asking, type Person } from './asking.ts';

/** People who are there before the load begins, in pairs of two that a person may judge. */
export const PEOPLE = 2_000;
export const peopleFile = Array.from(
  { length: PEOPLE },
  (_, at) =>
    `${JSON.stringify({ id: `p${at}`, schema: 'Person', properties: { name: [`Pair ${at >> 1} ${at % 2 ? 'left' : 'right'}`] } })}\n`,
).join('');

export type Act = 'judge' | 'writeNote' | 'createEntity';
export interface Edit {
  act: Act;
  key: string;
  /** Found nowhere else: what it writes can be counted by it. */
  label: string;
  input: Record<string, unknown>;
}

export interface Acknowledged extends Edit {
  change: string;
  id: string;
  /** Requests that it took; more than one means that an outcome was unknown or a refusal passed. */
  attempts: number;
  /** Requests that ended without an answer. */
  unknown: number;
}

const acts: Act[] = ['judge', 'writeNote', 'createEntity'];

/** The n-th thing that a person does; the same in every run, but for the case that it is done in. */
export function editOf(person: string, half: 0 | 1, n: number, investigationId: string): Edit {
  const act = acts[n % acts.length]!;
  const label = `${person} ${n}`;
  const record = (at: number) => identifier('people')('record', `p${at}`);
  const pair = 2 * half + 4 * Math.floor(n / acts.length);
  if (act === 'judge' && pair + 1 >= PEOPLE) throw new Error('everybody is judged: raise PEOPLE');
  const input = {
    judge: { left: record(pair), right: record(pair + 1), verdict: n % 2 ? 'SAME' : 'DIFFERENT' },
    writeNote: { investigationId, text: label },
    createEntity: { investigationId, schema: 'Person', properties: [{ name: 'name', values: [label] }] },
  }[act];
  return { act, key: `${person}-${n}`.replaceAll(' ', '-'), label, input };
}

const documents = Object.fromEntries(
  acts.map((act) => [
    act,
    `mutation($input: ${act[0]!.toUpperCase()}${act.slice(1)}Input!) { ${act}(input: $input) { ids change { id } } }`,
  ]),
) as Record<Act, string>;

type Payload = Record<Act, { ids: string[]; change: { id: string } | null }>;

const PASSING = new Set([
  'DATABASE_UNAVAILABLE',
  'DATABASE_BUSY',
  'SERVER_UNAVAILABLE',
  'CONFLICT',
  'QUERY_TIMEOUT',
]);
const GIVE_UP_MS = 90_000;

/** Sends an edit under its key until it is acknowledged. `cutAfterMs` hangs up on the first request. */
export async function acknowledge(
  api: string,
  token: string,
  edit: Edit,
  cutAfterMs?: number,
): Promise<Acknowledged> {
  let unknown = 0;
  for (let attempts = 1, deadline = Date.now() + GIVE_UP_MS; ; attempts++) {
    const patience = attempts === 1 && cutAfterMs !== undefined ? cutAfterMs : 20_000;
    let answer: Answer<Payload> | undefined;
    try {
      answer = await ask<Payload>(
        api,
        token,
        documents[edit.act],
        { input: edit.input },
        { key: edit.key, signal: AbortSignal.timeout(patience) },
      );
    } catch {
      unknown++;
    }
    const done = answer?.data?.[edit.act];
    if (done?.change) return { ...edit, change: done.change.id, id: done.ids[0]!, attempts, unknown };
    const refused = answer?.errors.find(({ extensions }) => !PASSING.has(extensions.code));
    if (refused || (answer && answer.errors.length === 0) || Date.now() > deadline) {
      throw new Error(
        `${edit.act} ${edit.label} was not acknowledged (${attempts} attempts): ${JSON.stringify(answer)}`,
      );
    }
    await delay(50);
  }
}

/** One person who works in a case until told to stop; every fifth request loses its answer. */
export async function work(
  api: string,
  person: Person,
  half: 0 | 1,
  investigationId: string,
  goesOn: () => boolean,
  onDone: (edit: Acknowledged) => void = () => {},
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  for (let n = 0; goesOn(); n++) {
    const edit = editOf(person.name, half, n, investigationId);
    const done = await acknowledge(api, person.token, edit, n % 5 === 4 ? 1 + ((n * 7) % 25) : undefined);
    acknowledged.push(done);
    onDone(done);
    await delay(40);
  }
  return acknowledged;
}

export async function createCase(api: string, { token }: Person): Promise<string> {
  const made = await asking(
    api,
    token,
  )<{ createInvestigation: { ids: string[] } }>(
    'mutation { createInvestigation(input: { title: "Under load" }) { ids } }',
  );
  return made.createInvestigation.ids[0]!;
}
