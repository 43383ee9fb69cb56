import { explain } from '../api/apiError.ts';
import { Button } from './Button.tsx';
import { ErrorState } from './State.tsx';
import { busy } from './whyNot.ts';

type Props = { error: unknown; onAgain(): void; isBusy?: boolean };

/** Stands where something could not be read, with the way on. */
export function ReadError({ error, onAgain, isBusy = false }: Props) {
  const { title, detail, requestId } = explain(error);
  return (
    <ErrorState
      title={title}
      requestId={requestId}
      acts={
        <Button look="edged" height={26} whyNot={isBusy ? busy : undefined} onPress={onAgain}>
          Try again
        </Button>
      }
    >
      {detail}
    </ErrorState>
  );
}
