import { useRouter } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { ApiError, explain } from '../api/apiError.ts';
import { readAgain } from '../api/queryClient.ts';
import { onFound } from '../api/reach.ts';
import { Mark } from '../frame/Rail.tsx';
import { Top } from '../frame/slots.tsx';
import { paths } from '../paths.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { EmptyState, ErrorState } from '../ui/State.tsx';
import styles from './Page.module.css';
import start from './SignIn.module.css';

/** What stands before the frame could not be read: nobody knows yet who it is for. */
export function StartError(given: { error: unknown; reset?: () => void }) {
  const again = useAgain(given.reset);
  const { title, detail, requestId } = explain(given.error);
  useEffect(() => {
    document.title = `${title} · Summit`;
  }, [title]);
  return (
    <main className={start.page}>
      <section className={start.card} role="alert">
        <span className={start.mark}>
          <Mark size={32} />
        </span>
        <h1>{title}</h1>
        <p>{detail}</p>
        <Button look="edged" height={32} onPress={() => void again()}>
          Try again
        </Button>
        {requestId && (
          <p className={start.request}>
            Request <code>{requestId}</code>
          </p>
        )}
      </section>
    </main>
  );
}

/** Reads anew what failed: when asked, and by itself once the server answers again. */
function useAgain(reset: (() => void) | undefined): () => Promise<void> {
  const router = useRouter();
  const again = async () => {
    // What failed outside of the page's own loader would fail it again at once.
    await readAgain();
    reset?.();
    await router.invalidate();
  };
  const found = useEffectEvent(() => void again());
  useEffect(() => onFound(() => found()), []);
  return again;
}

/** A page whose data could not be read. It comes by itself once the server answers again. */
export function PageError({ error, reset }: { error: unknown; reset?: () => void }) {
  const again = useAgain(reset);
  const { title, detail, requestId } = explain(error);
  // No thing is called so: a link that was cut off, not a failure.
  if (error instanceof ApiError && ['INPUT_INVALID', 'NOT_FOUND'].includes(error.code))
    return <NotFoundPage />;
  return (
    <div className={styles.narrow} data-region="Page">
      <Top title="Summit" />
      <ErrorState
        title={title}
        requestId={requestId}
        acts={
          <>
            <Button look="edged" onPress={() => void again()}>
              Try again
            </Button>
            <ButtonLink look="quiet" href={paths.home()}>
              Go home
            </ButtonLink>
          </>
        }
      >
        {detail}
      </ErrorState>
    </div>
  );
}

/** An address that leads nowhere: no failure, so it is told without alarm, with the two ways on. */
export function NotFoundPage() {
  return (
    <div className={styles.narrow} data-region="Page">
      <Top title="Nothing here" />
      <EmptyState
        icon={<SearchX />}
        title="There is no page at this address"
        acts={
          <>
            <ButtonLink look="edged" href={paths.search()}>
              Search
            </ButtonLink>
            <ButtonLink look="quiet" href={paths.home()}>
              Go home
            </ButtonLink>
          </>
        }
      >
        What it named may have been removed, or you may not see it; or the link is cut off.
      </EmptyState>
    </div>
  );
}
