import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { graphql } from '../api/generated/gql.ts';
import { useWaitingChanges } from '../api/live.ts';
import { viewerQuery } from '../api/viewer.ts';
import { when } from '../format/dates.ts';
import { counted } from '../format/numbers.ts';
import { useWaiting } from '../frame/waiting.ts';
import { newestOf } from '../pages/history/historyQueries.ts';
import { Button } from '../ui/Button.tsx';
import popup from '../ui/Popup.module.css';
import { caseQuery, caseRightsQuery } from './caseQueries.ts';
import styles from './FilterRow.module.css';
import { useWorkspace } from './workspace.ts';

const ChangedDocument = graphql(`
  subscription InvestigationChanged($id: ID!) {
    investigationChanged(investigationId: $id) {
      id
      summary
      action
      at
      actor {
        id
        name
      }
      touched {
        id
        kind
      }
    }
  }
`);

/** Changes by others wait here: nothing moves until a person asks to see them. */
export function LivePill() {
  const { id, canvas } = useWorkspace();
  const queryClient = useQueryClient();
  const { data: viewer } = useQuery(viewerQuery);
  const { changes, show } = useWaitingChanges({
    document: ChangedDocument,
    variables: { id },
    change: (data) => data.investigationChanged,
    isMine: (change) => change.actor.id === viewer?.id,
    latest: async () => (await newestOf(id)).map((change) => ({ ...change, touched: [] })),
    reads: [['investigation', id], ['investigations'], ['entity'], ['viewer']],
    shownBy: caseQuery(id).queryKey,
    // What one may do here is not to be kept waiting: nothing moves by it.
    onArrive: ({ action }) => {
      if (action.startsWith('member.'))
        void queryClient.invalidateQueries({ queryKey: caseRightsQuery(id).queryKey });
    },
  });
  const wait = useWaiting((store) => store.set);
  useEffect(() => {
    wait(changes.length);
    return () => wait(0);
  }, [changes.length, wait]);
  if (changes.length === 0) return null;
  const people = [...new Set(changes.map((change) => change.actor.name))];
  const showAll = () => {
    const touched = changes.flatMap((change) => change.touched.map((target) => target.id));
    show();
    canvas.current?.pulse(touched);
  };
  return (
    <DialogTrigger>
      <Button
        height={26}
        className={styles.pill as string}
        icon={<span className={styles.dot} aria-hidden="true" />}
      >
        {counted(changes.length, 'change')} by{' '}
        {people.length > 2 ? `${people.length} others` : people.join(' and ')}
      </Button>
      <Popover className={popup.popup as string} offset={4} placement="bottom end">
        <Dialog className={styles.dialog as string} aria-label="Changes by others">
          <ul className={styles.changes}>
            {changes.slice(-30).map((change) => (
              <li key={change.id}>
                <p>{change.summary}</p>
                <p className={styles.meta}>
                  {change.actor.name}, {when(change.at)}
                </p>
              </li>
            ))}
          </ul>
          <Button look="primary" onPress={showAll} autoFocus>
            Show them
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
