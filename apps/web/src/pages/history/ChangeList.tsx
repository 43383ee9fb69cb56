import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { clock, dayHeading } from '../../format/dates.ts';
import { counted, ofTotal } from '../../format/numbers.ts';
import { classes } from '../../ui/classes.ts';
import { ReadError } from '../../ui/ReadError.tsx';
import { Avatar, SkeletonRows } from '../../ui/State.tsx';
import { factsOf } from '../import/importQueries.ts';
import page from '../Page.module.css';
import styles from './History.module.css';
import { type ChangeFilter, type ChangeRow, changesQuery } from './historyQueries.ts';

type Props = {
  filter: ChangeFilter;
  selected: string | undefined;
  onSelect(id: string): void;
  onRedo(change: ChangeRow): void;
  /** The change the viewer had seen when they last looked. */
  lastSeen: string | null | undefined;
};

/** Changes by day, newest first. Undone ones stay, struck through. Arrow keys move, Enter opens. */
export function ChangeList({ filter, selected, onSelect, onRedo, lastSeen }: Props) {
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(changesQuery(filter));
  const list = useRef<HTMLDivElement>(null);
  const changes = data?.pages.flatMap((one) => one.edges.map((edge) => edge.node)) ?? [];
  const bounded = data?.pages[0]?.bounded;
  const isReady = !isPending;
  useEffect(() => {
    if (isReady && selected)
      list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [isReady, selected]);
  if (error && !data) {
    return (
      <div className={styles.state}>
        <ReadError error={error} onAgain={() => void refetch()} />
      </div>
    );
  }
  if (isPending) return <SkeletonRows count={10} height={56} />;
  if (changes.length === 0)
    return (
      <p className={styles.none}>
        Nothing was changed yet. Every act will stand here, and each can be undone.
      </p>
    );
  // The undo of an import is one line, as the import is.
  const undos = new Map(
    changes.flatMap((change) => (change.undoOf ? [[change.importId ?? change.undoOf, change]] : [])),
  );
  return (
    <div className={styles.list} ref={list}>
      {changes.map((change, i) => {
        const before = changes[i - 1];
        const day = dayHeading(change.at);
        const isNewDay = !before || dayHeading(before.at) !== day;
        const undo = undos.get(change.undoOf ? change.id : (change.importId ?? change.id));
        return (
          <Fragment key={change.id}>
            {lastSeen === change.id && i > 0 && <div className={styles.seen}>You last looked here</div>}
            {isNewDay && <h2 className={styles.day}>{day}</h2>}
            <div
              className={classes(
                styles.change,
                change.id === selected && styles.on,
                change.undoneBy && styles.undone,
              )}
            >
              <AriaButton
                className={styles.face as string}
                {...(change.id === selected ? { 'aria-current': 'true' as const } : {})}
                onPress={() => onSelect(change.id)}
              >
                <span className={styles.time}>{clock(change.at)}</span>
                <Avatar name={change.actor.name} />
                <span className={styles.what}>
                  <span className={styles.summary}>{change.summary}</span>
                  {change.reason && <span className={styles.why}>“{change.reason}”</span>}
                  <span className={styles.ids}>
                    <span>{change.actor.name}</span>
                    {extent(change) && <span>{extent(change)}</span>}
                    {change.undoneBy && undo && (
                      <span>
                        {change.undoOf ? 'redone' : 'undone'} by {undo.actor.name} at {clock(undo.at)}
                      </span>
                    )}
                    {change.undoOf && <span>an undo</span>}
                  </span>
                </span>
              </AriaButton>
              {change.undoneBy && !change.undoOf && !change.importId && undo?.canUndo && (
                <AriaButton className={classes(page.link, styles.redo)} onPress={() => onRedo(undo)}>
                  Redo
                </AriaButton>
              )}
            </div>
          </Fragment>
        );
      })}
      <p className={styles.foot}>
        {bounded &&
          `${ofTotal(changes.length, Math.max(bounded.total, changes.length), bounded.totalIsExact)} changes`}
        {hasNextPage && (
          <AriaButton
            className={page.link as string}
            onPress={() => void (isFetchingNextPage || fetchNextPage())}
          >
            Load the rest
          </AriaButton>
        )}
      </p>
    </div>
  );
}

/** How much it was: rows of the file for an import, rows of ours for every other act. */
function extent({ importId, undoOf, rows, import: about }: ChangeRow): string {
  if (importId === null) return `${counted(rows, 'row')} changed`;
  if (!about) return '';
  if (undoOf) return about.state === 'UNDOING' ? 'at work' : '';
  return `${counted(factsOf(about.result).rows, 'row')} of the file`;
}
