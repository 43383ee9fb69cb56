import type { ReactNode } from 'react';
import type { EntityDetails } from '../entity/entityQueries.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorState } from '../ui/State.tsx';

/** Stands where an entity was to be judged that is not there any more: what happened, what was kept, what to do. */
export function Gone({ caption, acts }: { caption: string | undefined; acts?: ReactNode }) {
  return (
    <ErrorState title={`${caption ?? 'The entity'} no longer exists`} acts={acts}>
      What brought it was undone or removed meanwhile, or you may not see it any more. Nothing was judged;
      History shows what was changed.
    </ErrorState>
  );
}

type Props = {
  entity: EntityDetails;
  /** The other side as it is read now: not at all, or as the same entity. */
  other: EntityDetails | null;
  /** What the other side was called when it was chosen. */
  caption: string | undefined;
  onAnother(): void;
};

/** The same where two were to be judged and there are not two any more, with the way on. */
export function NotTwo({ entity, other, caption, onAnother }: Props) {
  const acts = (
    <Button look="edged" autoFocus onPress={onAnother}>
      Compare with another
    </Button>
  );
  if (!other) return <Gone caption={caption} acts={acts} />;
  return (
    <ErrorState title={`Both are ${entity.caption} by now`} acts={acts}>
      Somebody judged the two the same meanwhile. You wrote nothing; the history of the entity shows who it
      was, and why.
    </ErrorState>
  );
}
