import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ontologyQuery, thingSchemas } from '../entity/ontologyQueries.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select, TextField } from '../ui/Field.tsx';
import { notify } from '../ui/Toast.tsx';
import { because, busy } from '../ui/whyNot.ts';
import { useCreateEntity } from './caseActs.ts';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

/** An entity by hand, in the investigation's notebook. When it looks like a known one, that is said at once. */
export function NewEntityDialog({ onClose }: { onClose(): void }) {
  const { id, select, open } = useWorkspace();
  const { data: schemas = [] } = useQuery(ontologyQuery);
  const [schema, setSchema] = useState<string | null>('Person');
  const [name, setName] = useState('');
  const create = useCreateEntity();
  const save = () => {
    if (!schema || name.trim() === '' || create.isPending) return;
    create.mutate(
      { input: { investigationId: id, schema, properties: [{ name: 'name', values: [name.trim()] }] } },
      {
        onSuccess: ({ createEntity: { ids, hints } }) => {
          onClose();
          const [made] = ids;
          if (made) select([made]);
          const alike = hints[0]?.entity;
          if (made && alike)
            notify({
              tone: 'done',
              title: `It looks like ${alike.caption}`,
              detail: 'They stay two entities until you judge them the same.',
              act: { name: 'Compare', run: () => open({ what: 'judge', left: made, right: alike.id }) },
            });
        },
      },
    );
  };
  return (
    <Dialog
      title="New entity"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(
              create.isPending && busy,
              !schema && 'Choose a type first',
              name.trim() === '' && 'Type a name first',
            )}
            onPress={save}
          >
            Create entity
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Select
          label="Type"
          choices={thingSchemas(schemas).map((one) => ({
            id: one.name,
            name: one.label,
            icon: <TypeBadge schema={one.name} size={16} labelled={false} />,
          }))}
          value={schema}
          onChange={setSchema}
        />
        <TextField label="Name" value={name} onChange={setName} autoFocus />
        <p className={styles.meta}>
          It is said by the investigation’s notebook. If it is known already, you are told, and may judge the
          two the same.
        </p>
      </form>
    </Dialog>
  );
}
