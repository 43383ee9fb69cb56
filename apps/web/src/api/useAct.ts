import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { notify } from '../ui/Toast.tsx';
import { ApiError, explainAct } from './apiError.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { lostBy } from './reach.ts';
import { request } from './request.ts';

type Act<Result, Variables> = {
  document: TypedDocumentString<Result, Variables>;
  /** What is read again after it. The viewer's undo is always read again. */
  reads?: (variables: Variables) => QueryKey[];
  /** Said at the foot of the page once it is done. */
  done?: (result: Result) => string | undefined;
  onDone?: (result: Result, variables: Variables) => void;
  /** Leaves the telling to the caller. */
  silent?: boolean;
};

/**
 * One mutation as an act of a person: sent once under its own key however often the network makes us ask, refused
 * with the reason, followed by fresh reads.
 */
export function useAct<Result, Variables>(act: Act<Result, Variables>) {
  const queryClient = useQueryClient();
  return useMutation<Result, Error, Variables>({
    mutationFn: (variables) => sendOnce(act.document, variables),
    onSuccess: (result, variables) => {
      const said = act.done?.(result);
      if (said) notify({ tone: 'done', title: said });
      for (const queryKey of act.reads?.(variables) ?? []) void queryClient.invalidateQueries({ queryKey });
      void queryClient.invalidateQueries({ queryKey: ['viewer'] });
      void queryClient.invalidateQueries({ queryKey: ['changes'] });
      act.onDone?.(result, variables);
    },
    onError: (error) => {
      if (act.silent) return;
      const { title, detail, requestId } = explainAct(error);
      notify({ tone: 'error', title, detail: requestId ? `${detail} Request ${requestId}.` : detail });
    },
  });
}

/** Sends a mutation; when no answer came, asks again under the same key, so that it happens once at most. */
async function sendOnce<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const idempotencyKey = crypto.randomUUID();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request(document, variables, { idempotencyKey });
    } catch (error) {
      const isUnanswered = error instanceof ApiError && lostBy(error.code) !== undefined;
      if (!isUnanswered || attempt === 2) throw error;
      await new Promise((done) => setTimeout(done, 400 * 2 ** attempt));
    }
  }
}
