import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select, TextField } from '../ui/Field.tsx';
import { because, busy } from '../ui/whyNot.ts';
import { useUpdateInvestigation } from './caseActs.ts';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'].map((id) => ({
  id,
  name: id,
}));

/** Name, question and marking of the investigation. */
export function CaseDetailsDialog({ onClose }: { onClose(): void }) {
  const { id, data } = useWorkspace();
  const [title, setTitle] = useState(data.title);
  const [question, setQuestion] = useState(data.description ?? '');
  const [marking, setMarking] = useState(data.marking);
  const update = useUpdateInvestigation();
  const save = () =>
    update.mutate(
      { input: { id, title: title.trim(), description: question.trim() || null, marking } },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      title="Name and marking"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(update.isPending && busy, title.trim() === '' && 'Give it a name first')}
            onPress={save}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField label="Name" value={title} onChange={setTitle} autoFocus />
        <TextField label="Question" value={question} onChange={setQuestion} lines={3} />
        <Select label="Marking" choices={markings} value={marking} onChange={setMarking} />
      </div>
    </Dialog>
  );
}
