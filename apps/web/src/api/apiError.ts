import { lostBy } from './reach.ts';

/** A refusal or a failure, with the server's stable code. `NO_ANSWER` is ours: the server could not be reached. */
export class ApiError extends Error {
  readonly code: string;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  readonly details: Record<string, unknown>;

  constructor(given: {
    code: string;
    message: string;
    requestId?: string | undefined;
    retryAfter?: number | undefined;
    details?: Record<string, unknown> | undefined;
  }) {
    super(given.message);
    this.name = 'ApiError';
    this.code = given.code;
    this.requestId = given.requestId;
    this.retryAfter = given.retryAfter;
    this.details = given.details ?? {};
  }

  get mayBeRetried(): boolean {
    return [
      'NO_ANSWER',
      'SERVER_UNAVAILABLE',
      'DATABASE_UNAVAILABLE',
      'DATABASE_BUSY',
      'POSITION_NOT_READY',
    ].includes(this.code);
  }
}

export type Explained = {
  /** What happened. */
  title: string;
  /** What was kept, then what to do. */
  detail: string;
  requestId?: string | undefined;
};

const readings: Record<string, Omit<Explained, 'requestId'>> = {
  NO_ANSWER: {
    title: 'The server did not answer',
    detail:
      'Nothing is lost. It is asked again by itself; if that lasts, make status says whether Summit runs.',
  },
  SERVER_UNAVAILABLE: {
    title: 'The server did not answer',
    detail: 'Nothing is lost. It may be starting; it is asked again by itself.',
  },
  DATABASE_UNAVAILABLE: {
    title: 'The database does not answer',
    detail:
      'Everything that was confirmed is kept. It is asked again by itself; if that lasts, make doctor says why to whoever runs Summit.',
  },
  DATABASE_BUSY: {
    title: 'The database has too much to do',
    detail:
      'Everything that was confirmed is kept. Try again in a moment; if that lasts, make doctor says why to whoever runs Summit.',
  },
  GRAPH_UNAVAILABLE: {
    title: 'The graph store does not answer',
    detail:
      'Paths, common neighbours and expanding wait for it; everything else works and nothing is lost. It is tried again by itself, or try again now.',
  },
  GRAPH_BUSY: {
    title: 'The graph store has too much to do',
    detail: 'Nothing is lost. It is asked again by itself, or try again now.',
  },
  NOT_FOUND: {
    title: 'There is no such thing here',
    detail: 'It may have been removed, or you may not see it. Search for it, or look in the history.',
  },
  FORBIDDEN: {
    title: 'You may not do this',
    detail: 'Nothing was changed. Ask an owner of the dataset or investigation.',
  },
  RATE_LIMITED: { title: 'Too many requests', detail: 'Nothing is lost. Wait a moment, then try again.' },
  CONFLICT: {
    title: 'Somebody changed the same thing at the same moment',
    detail: 'Their change is kept and yours was not written. Look at it, then try again.',
  },
  BELONGS_TO_SOURCE: {
    title: 'A source said this, so it cannot be deleted',
    detail: 'Nothing was changed. Refute its values instead, or remove the whole dataset.',
  },
  UNDO_CONFLICT: {
    title: 'Later changes stand on this one',
    detail: 'Nothing was undone. The history shows the changes, and the ways on.',
  },
  ALREADY_UNDONE: {
    title: 'This was undone already',
    detail: 'Nothing was changed. The history shows by whom.',
  },
  FORMAT_UNKNOWN: {
    title: 'The format of the file was not recognised',
    detail:
      'Nothing was written. It may be damaged, or of a kind that is not read here. Open it on your machine; if it is a table, save it as CSV or XLSX and send that.',
  },
  QUERY_TIMEOUT: {
    title: 'The question took too long',
    detail: 'It was stopped and nothing is lost. Narrow it with a filter, then ask again.',
  },
  INTERNAL: {
    title: 'Something went wrong on the server',
    detail: 'What was confirmed before is kept. Try again; if it happens twice, quote the request.',
  },
};

/** What whoever sent a file can do about it where it cannot be read, however it is asked for. */
export const mendFile =
  'Mend it on your machine, or fetch it again from where it came (unpacked, if it was packed); then send it once more.';

/** Any failure in the words of the interface: what happened, what was kept, what to do. */
export function explain(error: unknown): Explained {
  if (!(error instanceof ApiError)) {
    return { title: 'This page failed', detail: 'Nothing was written. Load it again.' };
  }
  const reading = readings[error.code] ?? {
    title: error.message.replace(/[.]$/, ''),
    detail: error.code === 'FILE_DAMAGED' ? `Nothing was written. ${mendFile}` : 'Nothing was written.',
  };
  return {
    ...reading,
    detail: halfWay(error.details, reading.detail),
    requestId: error.code === 'NO_ANSWER' ? undefined : error.requestId,
  };
}

/** The same in one line. */
export const unread = (error: unknown): string => {
  const { title, detail } = explain(error);
  return `${title}. ${detail}`;
};

/** The same for an act, which nobody asks again by itself; without an answer it is not known whether it was done. */
export function explainAct(
  error: unknown,
  unanswered = 'Whether this was done is not known: look once it answers again, and do it once more if not.',
): Explained {
  const said = explain(error);
  const isUnanswered = error instanceof ApiError && lostBy(error.code) !== undefined;
  return isUnanswered ? { ...said, detail: unanswered } : said;
}

/** An undo of several acts keeps those that it came to before it stopped: `stopped` counts them. Absent, it is none. */
function halfWay({ stopped }: Record<string, unknown>, detail: string): string {
  const { undone, of } = (stopped ?? {}) as { undone?: unknown; of?: unknown };
  if (typeof undone !== 'number' || typeof of !== 'number' || undone < 1) return detail;
  const rest = detail.replace(/^Nothing was \w+[.] ?/, '');
  return `${undone} of ${of} acts ${undone === 1 ? 'was' : 'were'} undone before it stopped, and ${undone === 1 ? 'stays' : 'stay'} undone; the history shows them. ${rest}`.trim();
}
