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
  // What keeping the later change would leave to undo is known before the ways on are shown: it may be nothing.
  const keep = useQuery({ ...undoPreviewQuery(change.id, 'KEEP'), enabled: conflict !== undefined });
  const isAllChanged = conflict !== undefined && keep.data?.bounded.total === 0;
  const choices = laterChoices({
    who,
    verb,
    whyNotThem: conflicts?.acts && whyNotThem(conflicts.acts, viewer),
    isAllChanged,
  });
  const [chosen, setChosen] = useState<LaterChoice['id']>('KEEP');
  const choice = choices.find(({ id }) => id === chosen);
  const after = useQuery({
    ...undoPreviewQuery(change.id, choice?.id ?? 'KEEP'),
    enabled: conflict !== undefined && choice !== undefined && choice.whyNot === undefined,
  });
  const isReading = plain.isPending || (conflict !== undefined && keep.isPending);
  const { data: preview, error, isPending } = conflict ? after : plain;
  const refused = conflict && choice?.whyNot;
  const isToChoose = conflict !== undefined && choice === undefined;

  const undo = useUndo();
  const act = () =>
    undo.mutate(
      { input: { change: change.id, later: conflict && choice ? choice.id : 'REFUSE' }, preview: false },
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
  const isNothing = !isToChoose && preview?.bounded.total === 0;
  return (
    <>
      {conflicts && !isReading && (
        <UndoConflict
          conflicts={conflicts}
          who={who}
          verb={verb}
          choices={choices}
          choice={choice}
          onChoose={({ id }) => setChosen(id)}
          onLook={onSelect}
        />
      )}
      {(isReading || (isPending && !refused && !isToChoose)) && <SkeletonRows count={4} />}
      {error && !isReading && !isToChoose && (
        <div className={styles.box}>
          <ErrorState title={explain(error).title}>
            {conflict && error instanceof ApiError && error.code === 'FORBIDDEN'
              ? 'Nothing was changed. Undoing another person’s act needs an owner; choose another way on.'
              : explain(error).detail}
          </ErrorState>
        </div>
      )}
      {preview && !isNothing && !isToChoose && (
        <ChangedRows title="What would change" rows={preview.rows} total={preview.bounded.total} />
      )}
      {isNothing && (
        <p className={styles.nothing}>Nothing would change: all of it stands already as before this act.</p>
      )}
      <footer className={styles.undoActs}>
        {!isToChoose && !isNothing && (
          <Button
            look="primary"
            height={32}
            whyNot={because(
              undo.isPending && busy,
              refused,
              (isReading || !preview) && 'What would change is still being read',
            )}
            onPress={act}
          >
            {conflict && choice
              ? choice.button
              : preview
                ? `${verb} ${counted(preview.bounded.total, 'row')}`
                : verb}
          </Button>
        )}
        <Button height={32} onPress={() => onUndoing(false)}>
          Cancel
        </Button>
      </footer>
    </>
  );
}
