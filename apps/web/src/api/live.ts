import { useQueryClient } from '@tanstack/react-query';
import { createClient } from 'graphql-sse';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { TypedDocumentString } from './generated/graphql.ts';
import { ownRequest } from './request.ts';

/** Subscriptions over server-sent events, one connection each, taken up again with growing pauses. */
const client = createClient({
  url: '/graphql',
  singleConnection: false,
  headers: ownRequest,
  retryAttempts: Number.POSITIVE_INFINITY,
  retry: (attempt) =>
    new Promise((done) =>
      setTimeout(done, Math.min(30_000, 500 * 2 ** attempt) * (0.7 + Math.random() * 0.6)),
    ),
});

/** Listens to a subscription until the returned function is called. Errors end it quietly: reads still work. */
export function listen<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  onNext: (data: Result) => void,
): () => void {
  return client.subscribe<Result>(
    { query: document.toString(), variables },
    {
      next: (answer) => answer.data && onNext(answer.data),
      error: () => undefined,
      complete: () => undefined,
    },
  );
}

type Waiting<Change> = {
  /** Changes by others that are not shown yet, newest last. */
  changes: Change[];
  /** Shows them: reads again what the page is made of. */
  show(): void;
};

/**
 * Changes that arrive while a page is open wait for a person's word: nothing moves unless asked. A change of one's own
 * is shown by the act itself and never waits.
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
  /** Keys of what is read again on `show`. */
  reads: readonly unknown[][];
}): Waiting<Change> {
  const queryClient = useQueryClient();
  const [changes, setChanges] = useState<Change[]>([]);
  const latest = useRef(given);
  latest.current = given;
  const key = JSON.stringify(given.variables);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables
  useEffect(() => {
    const seen = new Set<string>();
    setChanges([]);
    return listen(latest.current.document, latest.current.variables, (data) => {
      const change = latest.current.change(data);
      if (seen.has(change.id) || latest.current.isMine(change)) return;
      seen.add(change.id);
      setChanges((before) => [...before, change]);
    });
  }, [key]);

  const show = useCallback(() => {
    setChanges([]);
    for (const queryKey of latest.current.reads) void queryClient.invalidateQueries({ queryKey });
  }, [queryClient]);

  return { changes, show };
}
