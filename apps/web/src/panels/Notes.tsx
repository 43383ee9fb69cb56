import { useState } from 'react';
import { useWriteNote } from '../entity/entityActs.ts';
import type { EntityDetails } from '../entity/entityQueries.ts';
import { inSentence, usePropertyLabels } from '../entity/propertyLabels.ts';
import { when } from '../format/dates.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/Field.tsx';
import { Avatar } from '../ui/State.tsx';
import { because, busy } from '../ui/whyNot.ts';
import styles from './Notes.module.css';

/** What people wrote about an entity or one of its facts. */
export function Notes({
  entity,
  investigationId,
}: {
  entity: EntityDetails;
  investigationId: string | undefined;
}) {
  const labels = usePropertyLabels();
  const [text, setText] = useState('');
  const write = useWriteNote();
  const save = () => {
    if (!investigationId || text.trim() === '') return;
    write.mutate(
      { input: { investigationId, targetId: entity.id, text: text.trim() } },
      { onSuccess: () => setText('') },
    );
  };
  return (
    <div className={styles.notes}>
      {entity.notes.length === 0 && !investigationId && (
        <p className={styles.none}>No notes yet. Open the entity in an investigation to write one.</p>
      )}
      <ul>
        {entity.notes.map((note) => (
          <li key={note.id}>
            <Avatar name={note.by.name} />
            <div>
              <p className={styles.meta}>
                {note.by.name}, {when(note.at)}
                {note.property &&
                  ` on ${inSentence(labels(note.property, entity.schema))}${note.value ? ` “${note.value}”` : ''}`}
              </p>
              <p className={styles.text}>{note.text}</p>
            </div>
          </li>
        ))}
      </ul>
      {investigationId && (
        <div className={styles.write}>
          <TextField
            label="New note"
            value={text}
            onChange={setText}
            lines={3}
            placeholder="What did you see, and why does it matter?"
          />
          <Button
            look="edged"
            whyNot={because(write.isPending && busy, text.trim() === '' && 'Write something first')}
            onPress={save}
          >
            Save note
          </Button>
        </div>
      )}
    </div>
  );
}
