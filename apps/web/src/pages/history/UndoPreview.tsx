import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, explain, explainAct } from '../../api/apiError.ts';
import { viewerQuery } from '../../api/viewer.ts';
import { counted } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState, SkeletonRows } from '../../ui/State.tsx';
import { notify } from '../../ui/Toast.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import { ChangedRows } from './ChangedRows.tsx';
import styles from './History.module.css';
import type { ChangeDetail } from './historyQueries.ts';
import { type LaterChoice, laterChoices, readConflicts, whoseLater, whyNotThem } from './laterChoices.ts';
import { UndoConflict } from './UndoConflict.tsx';
import { readAllAfterFailure, undoPreviewQuery, useUndo } from './undoActs.ts';

type Props = { change: ChangeDetail; onUndoing(on: boolean): void; onSelect(id: string): void };

/** The rehearsal of an undo: what it would change, and what was changed later and by whom, with the ways on. */
export function UndoPreview({ change, onUndoing, onSelect }: Props) {
  const verb = change.undoOf ? 'Redo' : 'Undo';
  const { data: viewer } = useQuery(viewerQuery);
  const plain = useQuery(undoPreviewQuery(change.id));
  const conflict =
    plain.error instanceof ApiError && plain.error.code === 'UNDO_CONFLICT' ? plain.error : undefined;
  const conflicts = conflict && readConflicts(conflict.details);
  const who = conflicts ? whoseLater(conflicts, viewer?.name) : '';
  const choices = laterChoices(who, verb, conflicts?.acts && whyNotThem(conflicts.acts, viewer));
  const [chosen, setChosen] = useState<LaterChoice['id']>('KEEP');
  const choice = choices.find(({ id }) => id === chosen) as LaterChoice;
  const after = useQuery({
    ...undoPreviewQuery(change.id, choice.id),
    enabled: conflict !== undefined && choice.whyNot === undefined,
  });
  const { data: preview, error, isPending } = conflict ? after : plain;

  const refused = conflict && choice.whyNot;

  const undo = useUndo();
  const act = () =>
    undo.mutate(
      { input: { change: change.id, later: conflict ? choice.id : 'REFUSE' }, preview: false },
      {
        onSuccess: (data) => {
          onUndoing(false);
          if (data.undo.change) onSelect(data.undo.change.id);
        },
        onError: (failure) => {
          const { title, detail } = explainAct(failure);
          notify({ tone: 'error', title, detail });
          readAllAfterFailure();
        },
      },
    );
  const isNothing = preview?.bounded.total === 0;
  return (
    <>
      {conflicts && (
        <UndoConflict
          conflicts={conflicts}
          who={who}
          choices={choices}
          choice={choice}
          onChoose={({ id }) => setChosen(id)}
          onLook={onSelect}
        />
      )}
      {isPending && !refused && <SkeletonRows count={4} />}
      {error && (
        <div className={styles.box}>
          <ErrorState title={explain(error).title}>
            {conflict && error instanceof ApiError && error.code === 'FORBIDDEN'
              ? 'Nothing was changed. Undoing another person’s act needs an owner; the other two ways are yours.'
              : explain(error).detail}
          </ErrorState>
        </div>
      )}
      {preview && !isNothing && (
        <ChangedRows title="What would change" rows={preview.rows} total={preview.bounded.total} />
      )}
      {isNothing && (
        <p className={styles.nothing}>
          Nothing would change: all that this act wrote was changed later, and that is kept.
        </p>
      )}
      <footer className={styles.undoActs}>
        <Button
          look="primary"
          height={32}
          whyNot={because(
            undo.isPending && busy,
            refused,
            !preview && 'What would change is still being read',
            isNothing && 'All that this act wrote was changed later, and that is kept',
          )}
          onPress={act}
        >
          {conflict ? choice.button : preview ? `${verb} ${counted(preview.bounded.total, 'row')}` : verb}
        </Button>
        <Button height={32} onPress={() => onUndoing(false)}>
          Cancel
        </Button>
      </footer>
    </>
  );
}
