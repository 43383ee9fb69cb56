import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useUpdateEntity } from '../entity/entityActs.ts';
import { entityQuery } from '../entity/entityQueries.ts';
import { ontologyQuery, typedProperties } from '../entity/ontologyQueries.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select, TextField } from '../ui/Field.tsx';
import { because, busy } from '../ui/whyNot.ts';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

/** Adds values to an entity in the notebook's own record of it, and takes back what the notebook said. */
export function FactsDialog({ id, onClose }: { id: string; onClose(): void }) {
  const { id: investigationId, data } = useWorkspace();
  const { data: entity } = useQuery(entityQuery(id));
  const { data: schemas = [] } = useQuery(ontologyQuery);
  const properties = typedProperties(schemas, entity?.schema ?? 'Thing');
  const [name, setName] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const update = useUpdateEntity();
  const property = name ?? properties[0]?.name ?? null;
  const own = (entity?.facts ?? []).filter((fact) =>
    fact.sources.some((source) => source.dataset.key === data.notebook.key),
  );
  const save = () => {
    if (!property || value.trim() === '' || update.isPending) return;
    update.mutate(
      {
        input: {
          id,
          investigationId,
          add: [{ name: property, values: [value.trim()] }],
          reason: reason.trim() || null,
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={`Add a fact to ${entity?.caption ?? '…'}`}
      isOpen
      onClose={onClose}
      width={560}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(
              update.isPending && busy,
              !property && 'Choose a property first',
              value.trim() === '' && 'Type a value first',
            )}
            onPress={save}
          >
            Save fact
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          <Select
            label="Property"
            choices={properties.map((one) => ({ id: one.name, name: one.label }))}
            value={property}
            onChange={setName}
          />
          <TextField label="Value" value={value} onChange={setValue} autoFocus />
        </div>
        <TextField label="Reason" value={reason} onChange={setReason} placeholder="Where you know it from" />
        <p className={styles.meta}>
          It is said by the investigation’s notebook, with you as its source. What other sources say stays
          beside it.
        </p>
        {own.length > 0 && (
          <section aria-label="Said by this notebook">
            <h3>Said by this notebook</h3>
            <ul className={styles.own}>
              {own.map((fact) => (
                <li key={`${fact.property} ${fact.value}`}>
                  <span className={styles.meta}>{fact.label}</span>
                  <bdi className={styles.grow}>{fact.value}</bdi>
                  <IconButton
                    label={`Take back ${fact.value}`}
                    size={24}
                    onPress={() =>
                      update.mutate({
                        input: {
                          id,
                          investigationId,
                          remove: [{ name: fact.property, values: [fact.value] }],
                        },
                      })
                    }
                  >
                    <X />
                  </IconButton>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}
