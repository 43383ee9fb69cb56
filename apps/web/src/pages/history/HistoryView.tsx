import { useIsMutating, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Redo2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { keyFor, run } from '../../actions/registry.ts';
import { viewerQuery } from '../../api/viewer.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Select } from '../../ui/Field.tsx';
import { EmptyState } from '../../ui/State.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import { ChangeList } from './ChangeList.tsx';
import { ChangePanel } from './ChangePanel.tsx';
import { ComparePanel } from './ComparePanel.tsx';
import styles from './History.module.css';
import { type Compared, latestChangesQuery } from './historyQueries.ts';

type Props = {
  investigationId?: string;
  selected: string | undefined;
  /** True while the undo of the selected change is rehearsed. */
  isUndoing: boolean;
  onSelect(id: string | undefined, isUndoing?: boolean): void;
  /** Two moments are compared, instead of one change being looked at. */
  compared?: Compared | undefined;
  onCompare(compared: Compared): void;
};

/** The list of changes and the one looked at, or two moments compared; for everything or for one investigation. */
export function HistoryView(props: Props) {
  const { investigationId, selected, isUndoing, onSelect, compared, onCompare } = props;
  const { data: viewer } = useSuspenseQuery(viewerQuery);
  const { data: latest } = useQuery(latestChangesQuery);
  const [who, setWho] = useState('all');
  const sending = useIsMutating();

  const others = [
    ...new Map((latest?.edges ?? []).map(({ node }) => [node.actor.id, node.actor.name])),
  ].filter(([id]) => id !== viewer.id);
  return (
    <div className={page.page}>
      <section
        className={classes(styles.column, (selected ?? compared) !== undefined && styles.behind)}
        data-region="History"
        aria-label="Changes"
      >
        <div className={styles.bar}>
          <Button
            icon={<Undo2 />}
            keys={keyFor('history.undo')}
            whyNot={because(
              sending > 0 && busy,
              !viewer.canUndo && 'You have changed nothing that can be undone',
            )}
            onPress={() => run('history.undo')}
          >
            Undo
          </Button>
          <Button
            icon={<Redo2 />}
            keys={keyFor('history.redo')}
            whyNot={because(
              sending > 0 && busy,
              !viewer.canRedo && 'You have undone nothing that can be done again',
            )}
            onPress={() => run('history.redo')}
          >
            Redo
          </Button>
          <span className={styles.next}>
            {viewer.canUndo ? `next: ${viewer.canUndo.summary}` : 'nothing of yours to undo'}
          </span>
          <Select
            small
            soft
            hideLabel
            label="Whose changes"
            value={who}
            onChange={setWho}
            choices={[
              { id: 'all', name: 'Everyone' },
              { id: viewer.id, name: 'Only you' },
              ...others.map(([id, name]) => ({ id, name })),
            ]}
          />
        </div>
        <ChangeList
          filter={{ investigationId, actorId: who === 'all' ? undefined : who }}
          selected={compared ? (compared.to ?? compared.from) : selected}
          onSelect={(id) => (compared ? onCompare({ from: compared.from, to: id }) : onSelect(id))}
          onRedo={(change) => onSelect(change.id, true)}
          lastSeen={viewer.lastSeen}
        />
      </section>
      <aside className={styles.side} aria-label="The change looked at" data-region="Change">
        {compared ? (
          <ComparePanel
            compared={compared}
            investigationId={investigationId}
            onNow={() => onCompare({ from: compared.from })}
            onClose={() => onSelect(compared.from)}
          />
        ) : selected ? (
          <ChangePanel
            key={selected}
            id={selected}
            isUndoing={isUndoing}
            onUndoing={(on) => onSelect(selected, on)}
            onSelect={(id) => onSelect(id)}
            onCompare={() => onCompare({ from: selected })}
            onClose={() => onSelect(undefined)}
          />
        ) : (
          <div className={styles.state}>
            <EmptyState icon={<Undo2 />} title="Choose a change">
              You see every row before and after it. Undo is rehearsed first: what it would change, and
              whether somebody changed it later. From there you may also compare that moment with another.
            </EmptyState>
          </div>
        )}
      </aside>
    </div>
  );
}
