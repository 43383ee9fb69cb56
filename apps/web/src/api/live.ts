import { hashKey, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createClient } from 'graphql-sse';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { TypedDocumentString } from './generated/graphql.ts';
import { untilFound } from './reach.ts';
import { ownRequest } from './request.ts';
import { look } from './watchReach.ts';

/** Subscriptions over server-sent events, one connection each, taken up again with growing pauses. */
const client = createClient({
  url: '/graphql',
  singleConnection: false,
  headers: ownRequest,
  retryAttempts: Number.POSITIVE_INFINITY,
  retry: (attempt) => pause(attempt),
});

/** Before the next try: growing, unless the server is found before. A stream that broke is a reason to look for it. */
function pause(attempt: number): Promise<void> {
  void look(true);
  return untilFound(Math.min(30_000, 500 * 2 ** attempt) * (0.7 + Math.random() * 0.6));
}

/** A stream that lasted this long, in ms, was a good one: the next pause is short again. */
const GOOD_MS = 60_000;

type Listener<Result> = {
  next(data: Result): void;
  /** The stream stands; `again` when it was broken before, so that something may have been missed. */
  stands(again: boolean): void;
};

/**
 * Listens to a subscription until the returned function is called, or until there is nothing to listen to. A server that stops
 * ends its streams in good order: they are taken up again like those that broke.
 */
export function listen<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { next, stands }: Listener<Result>,
): () => void {
  let stop = () => {};
  let isOver = false;
  let attempt = 0;
  const follow = (isAgain: boolean) => {
    let since = Date.now();
    const takeUp = async () => {
      if (isOver) return;
      attempt = Date.now() - since > GOOD_MS ? 0 : attempt + 1;
      await pause(attempt);
      if (!isOver) follow(true);
    };
    stop = client.subscribe<Result>(
      { query: document.toString(), variables },
      {
        next: ({ data, errors }) => {
          if (errors?.some(({ extensions }) => isFinal.has(String(extensions?.code)))) isOver = true;
          else if (data) next(data);
        },
        error: () => void takeUp(),
        complete: () => void takeUp(),
      },
      {
        connected: (reconnected) => {
          since = Date.now();
          stands(isAgain || reconnected);
        },
      },
    );
  };
  follow(false);
  return () => {
    isOver = true;
    stop();
  };
}

const isFinal = new Set(['NOT_FOUND', 'FORBIDDEN', 'UNAUTHENTICATED']);

type Waiting<Change> = {
  /** Changes by others that are not shown yet, newest last. */
  changes: Change[];
  /** Shows them: reads again what the page is made of. */
  show(): void;
};

/**
 * Changes that arrive while a page is open wait for a person's word: nothing moves unless asked. A change of one's own
 * is shown by the act itself and never waits; what the act reads anew shows what waited before it too.
 */
export function useWaitingChanges<
  Result,
  Variables extends Record<string, unknown>,
  Change extends { id: string },
>(given: {
  document: TypedDocumentString<Result, Variables>;
  variables: Variables;
  change: (data: Result) => Change;
  isMine: (change: Change) => boolean;
  /** The newest changes, newest first: what was missed while the stream was broken is found among them. */
  latest: () => Promise<Change[]>;
  /** Keys of what is read again on `show`. */
  reads: readonly unknown[][];
  /** The question whose answer shows them. */
  shownBy: QueryKey;
  onArrive?: (change: Change) => void;
}): Waiting<Change> {
  const queryClient = useQueryClient();
  const [changes, setChanges] = useState<Change[]>([]);
  const latest = useRef(given);
  latest.current = given;
  const key = JSON.stringify(given.variables);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables
  useEffect(() => {
    const seen = new Set<string>();
    /** Those that there were when the stream stood first; undefined until that is known. */
    let before: Set<string> | undefined;
    setChanges([]);
    const arrive = (change: Change) => {
      if (seen.has(change.id) || latest.current.isMine(change)) return;
      seen.add(change.id);
      setChanges((earlier) => [...earlier, change]);
      latest.current.onArrive?.(change);
    };
    const catchUp = async () => {
      const newest = await latest.current.latest();
      const known = before;
      if (known)
        newest
          .reverse()
          .filter(({ id }) => !known.has(id))
          .forEach(arrive);
      else before = new Set(newest.map(({ id }) => id));
    };
    return listen(latest.current.document, latest.current.variables, {
      next: (data) => arrive(latest.current.change(data)),
      // Who cannot be asked now is asked when the stream stands the next time.
      stands: (again) => void ((again || !before) && catchUp().catch(() => undefined)),
    });
  }, [key]);

  const waiting = useRef(changes);
  waiting.current = changes;
  const shownBy = hashKey(given.shownBy);
  useEffect(() => {
    /** Those that waited when the question was last asked: they were committed before it, so that its answer holds them. */
    let before: ReadonlySet<string> = new Set();
    return queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.query.queryHash !== shownBy) return;
      const { action } = event;
      if (action.type === 'fetch') before = new Set(waiting.current.map(({ id }) => id));
      if (action.type !== 'success' || action.manual || before.size === 0) return;
      const shown = before;
      setChanges((all) => all.filter(({ id }) => !shown.has(id)));
    });
  }, [queryClient, shownBy]);

  const show = useCallback(() => {
    setChanges([]);
    for (const queryKey of latest.current.reads) void queryClient.invalidateQueries({ queryKey });
  }, [queryClient]);

  return { changes, show };
}
