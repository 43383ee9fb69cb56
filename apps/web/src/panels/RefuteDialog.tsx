import { useState } from 'react';
import { useUpdateEntity } from '../entity/entityActs.ts';
import type { EntityFact } from '../entity/entityQueries.ts';
import { counted } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { busy } from '../ui/whyNot.ts';

type Props = {
  fact: EntityFact;
  entityId: string;
  investigationId: string | undefined;
  isOpen: boolean;
  onClose(): void;
};

/** Marks a sourced value refuted, with a reason. The source keeps its row; the value can be restored at any time. */
export function RefuteDialog({ fact, entityId, investigationId, isOpen, onClose }: Props) {
  const [reason, setReason] = useState('');
  const update = useUpdateEntity();
  const refute = () => {
    if (!investigationId) return;
    const reject = fact.sources.map((source) => ({
      record: source.record.id,
      property: fact.property,
      value: fact.value,
    }));
    update.mutate(
      { input: { id: entityId, investigationId, reject, reason: reason || null } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={`Refute “${fact.value}”`}
      isOpen={isOpen}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" whyNot={update.isPending ? busy : undefined} onPress={refute}>
            Refute value
          </Button>
        </>
      }
    >
      <p style={{ marginBottom: 12 }}>
        {fact.label} as {counted(fact.sources.length, 'source')} says it. The row stays as it is; the value is
        shown struck through, with your reason, and can be restored.
      </p>
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        lines={3}
        placeholder="What shows that it is wrong"
        autoFocus
      />
    </Dialog>
  );
}
