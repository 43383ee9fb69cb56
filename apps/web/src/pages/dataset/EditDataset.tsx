import { useState } from 'react';
import { counted } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Select, TextField } from '../../ui/Field.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import styles from './Dataset.module.css';
import { type DatasetDetails, useRemoveDataset, useUpdateDataset } from './datasetQueries.ts';

const letters = [
  ['', 'Not said'],
  ['A', 'A, reliable'],
  ['B', 'B, usually reliable'],
  ['C', 'C, fairly reliable'],
  ['D', 'D, not usually reliable'],
  ['E', 'E, unreliable'],
  ['F', 'F, cannot be judged'],
].map(([id = '', name = '']) => ({ id, name }));
const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'].map((id) => ({
  id,
  name: id,
}));

type Props = { dataset: DatasetDetails; onClose(): void };

/** What people read about a dataset; its key never changes. What was typed and not saved is gone with the dialog. */
export function EditDataset({ dataset, onClose }: Props) {
  const [draft, setDraft] = useState({
    title: dataset.title,
    publisher: dataset.publisher ?? '',
    url: dataset.url ?? '',
    licence: dataset.licence ?? '',
    reliability: dataset.reliability ?? '',
    marking: dataset.marking,
  });
  const update = useUpdateDataset();
  const set = (key: keyof typeof draft) => (value: string) => setDraft({ ...draft, [key]: value });
  const save = () => {
    const { title, marking, publisher, url, licence, reliability } = draft;
    update.mutate(
      {
        input: {
          key: dataset.key,
          title,
          marking,
          publisher: publisher || null,
          url: url || null,
          licence: licence || null,
          reliability: reliability || null,
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title="About the dataset"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(update.isPending && busy, draft.title.trim() === '' && 'Give it a name first')}
            onPress={save}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField label="Title" value={draft.title} onChange={set('title')} autoFocus />
        <TextField label="Publisher" value={draft.publisher} onChange={set('publisher')} />
        <TextField label="Address" value={draft.url} onChange={set('url')} placeholder="https://" />
        <TextField label="Licence" value={draft.licence} onChange={set('licence')} />
        <Select
          label="Reliability"
          choices={letters}
          value={draft.reliability}
          onChange={set('reliability')}
        />
        <Select label="Marking" choices={markings} value={draft.marking} onChange={set('marking')} />
      </div>
    </Dialog>
  );
}

export function RemoveDataset({ dataset, onClose, onRemoved }: Props & { onRemoved(): void }) {
  const [reason, setReason] = useState('');
  const remove = useRemoveDataset();
  return (
    <Dialog
      title={`Remove ${dataset.title}`}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="danger"
            whyNot={remove.isPending ? busy : undefined}
            onPress={() =>
              remove.mutate(
                { input: { key: dataset.key, reason: reason || null } },
                {
                  onSuccess: () => {
                    onClose();
                    onRemoved();
                  },
                },
              )
            }
          >
            Remove {counted(dataset.counts.records, 'record')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p>
          {counted(dataset.counts.records, 'record')} and{' '}
          {counted(dataset.counts.relationships, 'relationship')} go. History keeps them, and undo brings all
          of it back.
        </p>
        <TextField label="Reason" value={reason} onChange={setReason} lines={2} />
      </div>
    </Dialog>
  );
}
