import { useRouter } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { explain } from '../api/apiError.ts';
import { Top } from '../frame/slots.tsx';
import { paths } from '../paths.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { EmptyState, ErrorState } from '../ui/State.tsx';
import styles from './Page.module.css';

/** A page whose data could not be read. */
export function PageError({ error, reset }: { error: unknown; reset?: () => void }) {
  const router = useRouter();
  const { title, detail, requestId } = explain(error);
  const again = () => {
    reset?.();
    void router.invalidate();
  };
  return (
    <div className={styles.narrow} data-region="Page">
      <Top title="Summit" />
      <ErrorState
        title={title}
        requestId={requestId}
        acts={
          <>
            <Button look="edged" onPress={again}>
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
