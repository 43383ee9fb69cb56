import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { viewerQuery } from '../../api/viewer.ts';
import { type Removal, saidOfRemoval } from '../../entity/removal.ts';
import { bytes } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import { useRemoveOriginal } from './importActs.ts';
import { isWorking } from './importQueries.ts';
import styles from './RemoveOriginal.module.css';

/** An import with what became of its file. */
export type Imported = {
  id: string;
  filename: string;
  bytes: number;
  state: string;
  removed: Removal | null;
};

/** The act, for owners; nothing for anybody else, and nothing once it is done. */
export function RemoveOriginal({ of, look }: { of: Imported; look: 'danger' | 'quiet' }) {
  const { data: viewer } = useQuery(viewerQuery);
  const [isOpen, setOpen] = useState(false);
  if (of.removed || !viewer?.roles.includes('owner')) return null;
  return (
    <>
      <Button
        look={look}
        height={26}
        aria-label={`Remove the original of ${of.filename}`}
        whyNot={
          isWorking(of.state) ? 'It is being read; stop the import first, or wait for its end' : undefined
        }
        onPress={() => setOpen(true)}
      >
        {look === 'quiet' ? 'Remove…' : 'Remove the original…'}
      </Button>
      {isOpen && <Ask of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

/** What goes, what stays, that nothing brings it back, and why. */
function Ask({ of, onClose }: { of: Imported; onClose(): void }) {
  const [reason, setReason] = useState('');
  const remove = useRemoveOriginal();
  const act = () =>
    remove.mutate({ input: { import: of.id, reason: reason.trim() } }, { onSuccess: onClose });
  return (
    <Dialog
      title="Remove an original for good?"
      isOpen
      onClose={onClose}
      width={520}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="danger"
            whyNot={because(remove.isPending && busy, reason.trim() === '' && 'Say why first')}
            onPress={act}
          >
            Remove for good
          </Button>
        </>
      }
    >
      <div className={styles.ask}>
        <p>
          <strong>This cannot be undone.</strong> The bytes of <strong>{of.filename}</strong> are deleted, not
          put aside.
        </p>
        <section aria-label="What goes">
          <h3>What goes</h3>
          <ul>
            <li>the file as it came, {bytes(of.bytes)}, for every import of this upload</li>
            <li>the row behind each fact: its source names file and row, and shows no text</li>
            <li>the text of rows that were refused: they cannot be edited and imported again</li>
          </ul>
        </section>
        <section aria-label="What stays">
          <h3>What stays</h3>
          <ul>
            <li>every record and relationship that was read from it, with its row number</li>
            <li>its name and checksum, who removed it, when and why</li>
            <li>copies elsewhere: the same file sent again, and backups made before</li>
          </ul>
        </section>
        <TextField
          label="Reason"
          value={reason}
          onChange={setReason}
          lines={2}
          help="Everybody who sees the import reads it."
        />
      </div>
    </Dialog>
  );
}

/** At the side of an import: the original is kept, and can be removed; or who removed it and why. */
export function Original({ of }: { of: Imported }) {
  return (
    <section aria-label="Original">
      <header className={page.sectionHead}>
        <h2>Original</h2>
        <span className={page.meta}>{of.removed ? 'removed' : 'kept as it came'}</span>
      </header>
      <div className={styles.original}>
        <p>
          {of.removed
            ? `${saidOfRemoval(of.removed)}. What was read from it stands.`
            : 'Every fact of the import leads to its row in it.'}
        </p>
        <RemoveOriginal of={of} look="danger" />
      </div>
    </section>
  );
}
