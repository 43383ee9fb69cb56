import { useQuery } from '@tanstack/react-query';
import { entityQuery } from '../entity/entityQueries.ts';
import { JudgeDialog } from '../panels/JudgeDialog.tsx';
import { Gone } from '../panels/NotTwo.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { AddDialog } from './AddDialog.tsx';
import { CaseDetailsDialog } from './CaseDetailsDialog.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FactsDialog } from './FactsDialog.tsx';
import { LinkDialog } from './LinkDialog.tsx';
import { NewEntityDialog } from './NewEntityDialog.tsx';
import { NoteDialog } from './NoteDialog.tsx';
import { PeopleDialog } from './PeopleDialog.tsx';
import { RelationshipDialog } from './RelationshipDialog.tsx';
import { useWorkspace } from './workspace.ts';

/** The dialog that is open, if any. Each begins afresh. */
export function Dialogs() {
  const { opened, open } = useWorkspace();
  const close = () => open(null);
  switch (opened?.what) {
    case 'judge':
      return <Judge left={opened.left} right={opened.right} onClose={close} />;
    case 'link':
      return <LinkDialog left={opened.left} right={opened.right} onClose={close} />;
    case 'note':
      return <NoteDialog entityId={opened.id} onClose={close} />;
    case 'facts':
      return <FactsDialog id={opened.id} onClose={close} />;
    case 'relationship':
      return <RelationshipDialog id={opened.id} onClose={close} />;
    case 'add':
      return <AddDialog onClose={close} />;
    case 'people':
      return <PeopleDialog onClose={close} />;
    case 'newEntity':
      return <NewEntityDialog onClose={close} />;
    case 'details':
      return <CaseDetailsDialog onClose={close} />;
    case 'export':
      return <ExportDialog onClose={close} />;
    default:
      return null;
  }
}

function Judge({ left, right, onClose }: { left: string; right: string | undefined; onClose(): void }) {
  const { id, model } = useWorkspace();
  // What is judged is read anew: the chart shows what others did only when asked.
  const { data: entity, error, refetch } = useQuery({ ...entityQuery(left), staleTime: 0 });
  const caption = (of: string) => model.byId.get(of)?.caption;
  if (entity === null || (error && !entity))
    return (
      <Dialog
        title="Same or different"
        isOpen
        onClose={onClose}
        width={640}
        foot={<Button onPress={onClose}>Close</Button>}
      >
        {error ? (
          <ReadError error={error} onAgain={() => void refetch()} />
        ) : (
          <Gone caption={caption(left)} />
        )}
      </Dialog>
    );
  if (!entity) return null;
  return (
    <JudgeDialog
      entity={entity}
      {...(right === undefined ? {} : { beside: { id: right, caption: caption(right) } })}
      isOpen
      onClose={onClose}
      investigationId={id}
    />
  );
}
