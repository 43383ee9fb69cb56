import { useQuery } from '@tanstack/react-query';
import { SearchX, X } from 'lucide-react';
import { Link } from 'react-aria-components';
import { ApiError } from '../../api/apiError.ts';
import { clock, when } from '../../format/dates.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink, IconButton } from '../../ui/Button.tsx';
import { useSteps } from '../../ui/More.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, SkeletonRows } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './History.module.css';
import { type ChangeDetail, changeQuery } from './historyQueries.ts';
import { UndoPreview } from './UndoPreview.tsx';
import { askUndoImport } from './undoImport.ts';
import { WholeChange } from './WholeChange.tsx';

type Props = {
  id: string;
  /** True while the undo of the change is being looked at. */
  isUndoing: boolean;
  onUndoing(on: boolean): void;
  onSelect(id: string): void;
  /** Asks what has come to differ since. */
  onCompare(): void;
  onClose(): void;
};

/** What is said to an address that was never one of ours. */
const isNoPlace = new Set(['INPUT_INVALID', 'POSITION_UNKNOWN']);

/** One change: who, when, why, every row before and after; and the rehearsal of its undo. */
export function ChangePanel({ id, isUndoing, onUndoing, onSelect, onCompare, onClose }: Props) {
  const { data: change, error, isPending, refetch } = useQuery(changeQuery(id));
  const verb = change?.undoOf ? 'redo' : 'undo';
  const head = (
    <header className={page.sectionHead}>
      <h2>{isUndoing ? `Preview of ${verb}` : 'Change'}</h2>
      <span className={page.meta}>{isUndoing && change ? 'nothing written yet' : ''}</span>
      <span>
        <IconButton label="Close" size={24} onPress={onClose}>
          <X />
        </IconButton>
      </span>
    </header>
  );
  if (!change) {
    const isUnknown = change === null || (error instanceof ApiError && isNoPlace.has(error.code));
    return (
      <>
        {head}
        {isPending ? (
          <SkeletonRows count={8} height={36} />
        ) : (
          <div className={styles.state}>
            {isUnknown ? (
              <EmptyState icon={<SearchX />} title="This change is not here">
                It belongs to what you may not see, or the link is cut off.
              </EmptyState>
            ) : (
              <ReadError error={error} onAgain={() => void refetch()} />
            )}
          </div>
        )}
      </>
    );
  }
  return (
    <>
      {head}
      <section
        className={styles.panel}
        aria-label="Details of the change"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
      >
        <h3 className={styles.title}>{change.summary}</h3>
        <p className={page.meta}>
          {change.actor.name}, {when(change.at)} {when(change.at).includes(':') ? '' : clock(change.at)} ·{' '}
          <code>{change.id.slice(0, 16)}</code>
        </p>
        {change.reason && <p className={styles.reason}>“{change.reason}”</p>}
        {isUndoing ? (
          <UndoPreview change={change} onUndoing={onUndoing} onSelect={onSelect} />
        ) : (
          <>
            <WholeChange change={change} />
            <Targets key={change.id} change={change} />
          </>
        )}
      </section>
      {!isUndoing && (
        <footer className={styles.acts}>
          {change.canUndo && !change.importId && (
            <Button look="edged" onPress={() => onUndoing(true)}>
              {change.undoOf ? 'Redo' : 'Undo'} this…
            </Button>
          )}
          {change.canUndo && change.importId && !change.undoOf && (
            <Button look="edged" onPress={() => askUndoImport(change.importId as string)}>
              Undo the import…
            </Button>
          )}
          {change.importId && (
            <ButtonLink href={paths.importJob(change.importId)}>Open the import</ButtonLink>
          )}
          {change.investigationId && (
            <ButtonLink href={paths.investigation(change.investigationId)}>Open the investigation</ButtonLink>
          )}
          {change.undoneBy && (
            <Button look="quiet" onPress={() => onSelect(change.undoneBy as string)}>
              See the undo
            </Button>
          )}
          <Button look="quiet" onPress={onCompare}>
            What changed since
          </Button>
          {!change.canUndo && !change.undoneBy && (
            <span className={page.meta}>This change cannot be undone by itself.</span>
          )}
        </footer>
      )}
    </>
  );
}

function Targets({ change }: { change: ChangeDetail }) {
  const entities = change.targets.filter((target) => target.kind === 'entity' || target.kind === 'record');
  const { shown, more } = useSteps(entities, 8);
  if (entities.length === 0) return null;
  return (
    <section className={styles.rows} aria-label="Entities it touched">
      <header>
        <h3>Entities it touched</h3>
      </header>
      <ul>
        {shown.map((target) => (
          <li key={target.id}>
            <span />
            <Link href={paths.entity(target.id)} className={page.link as string}>
              {target.caption ?? target.id}
            </Link>
          </li>
        ))}
      </ul>
      {more}
    </section>
  );
}
