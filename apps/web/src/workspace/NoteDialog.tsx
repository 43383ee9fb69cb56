import { useState } from 'react';
import { useWriteNote } from '../entity/entityActs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { because, busy } from '../ui/whyNot.ts';
import { useWorkspace } from './workspace.ts';

/** A note on an entity, or on the whole investigation when none is selected. */
export function NoteDialog({ entityId, onClose }: { entityId: string | undefined; onClose(): void }) {
  const { id, data, model } = useWorkspace();
  const [text, setText] = useState('');
  const write = useWriteNote();
  const about = entityId === undefined ? data.title : (model.byId.get(entityId)?.caption ?? data.title);
  const save = () => {
    if (text.trim() === '' || write.isPending) return;
    write.mutate(
      { input: { investigationId: id, targetId: entityId ?? null, text: text.trim() } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={`Note on ${about}`}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(write.isPending && busy, text.trim() === '' && 'Write something first')}
            onPress={save}
            keys="Mod+Enter"
          >
            Save note
          </Button>
        </>
      }
    >
      <TextField
        label="What did you see, and why does it matter?"
        value={text}
        onChange={setText}
        lines={5}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        }}
      />
    </Dialog>
  );
}
