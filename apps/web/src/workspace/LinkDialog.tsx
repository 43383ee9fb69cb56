import { useQuery } from '@tanstack/react-query';
import { ArrowRight, ArrowRightLeft } from 'lucide-react';
import { useState } from 'react';
import { linkSchemas, ontologyQuery } from '../entity/ontologyQueries.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Checkbox, Select, TextField } from '../ui/Field.tsx';
import { because, busy } from '../ui/whyNot.ts';
import { useCreateRelationship } from './caseActs.ts';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

/** A relationship by hand, written into the investigation's notebook with the analyst as its source. */
export function LinkDialog({
  left,
  right,
  onClose,
}: {
  left: string;
  right: string | undefined;
  onClose(): void;
}) {
  const { id, model } = useWorkspace();
  const { data: schemas = [] } = useQuery(ontologyQuery);
  const [ends, setEnds] = useState<[string, string | undefined]>([left, right]);
  const [type, setType] = useState<string | null>('UnknownLink');
  const [role, setRole] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [isDirected, setDirected] = useState(true);
  const create = useCreateRelationship();
  const others = model.entities
    .filter((entity) => entity.id !== ends[0] && !entity.isGone)
    .map((entity) => ({
      id: entity.id,
      name: entity.caption,
      icon: <TypeBadge schema={entity.schema} size={16} labelled={false} />,
    }));
  const types = linkSchemas(schemas).map((schema) => ({ id: schema.name, name: schema.label }));
  const hasRole = schemas.some(
    (schema) => schema.name === type && schema.properties.some((property) => property.name === 'role'),
  );
  const save = () => {
    const [source, target] = ends;
    if (!target || !type) return;
    create.mutate(
      {
        input: {
          investigationId: id,
          source,
          target,
          type,
          directed: isDirected,
          properties: hasRole && role.trim() !== '' ? [{ name: 'role', values: [role.trim()] }] : [],
          validFrom: from.trim() || null,
          validTo: to.trim() || null,
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title="Link"
      isOpen
      onClose={onClose}
      width={560}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(
              create.isPending && busy,
              !ends[1] && 'Choose the other end first',
              !type && 'Choose what links them first',
            )}
            onPress={save}
          >
            Save link
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <div className={styles.ends}>
          <End id={ends[0]} />
          {ends[1] ? (
            <IconButton label="Turn around" onPress={() => setEnds([ends[1] as string, ends[0]])}>
              <ArrowRightLeft />
            </IconButton>
          ) : (
            <ArrowRight aria-hidden />
          )}
          {right ? (
            <End id={ends[1] ?? ''} />
          ) : (
            <Select
              label="Other end"
              hideLabel
              placeholder="Choose the other end"
              choices={others}
              value={ends[1] ?? null}
              onChange={(other) => setEnds([ends[0], other])}
            />
          )}
        </div>
        <Select label="Kind of relationship" choices={types} value={type} onChange={setType} />
        {hasRole && (
          <TextField label="Role" value={role} onChange={setRole} placeholder="Director, for example" />
        )}
        <div className={styles.ends}>
          <TextField
            label="True from"
            value={from}
            onChange={setFrom}
            placeholder="2019, 2019-03 or 2019-03-14"
          />
          <span aria-hidden="true" />
          <TextField label="Until" value={to} onChange={setTo} placeholder="still true" />
        </div>
        <Checkbox isSelected={isDirected} onChange={setDirected}>
          It has a direction
        </Checkbox>
        <p className={styles.meta}>Drawn dashed: one source, you. Sources stay as they are.</p>
      </div>
    </Dialog>
  );
}

function End({ id }: { id: string }) {
  const { model } = useWorkspace();
  const entity = model.byId.get(id);
  return (
    <span className={styles.end}>
      {entity && <TypeBadge schema={entity.schema} size={16} labelled={false} />}
      <span>{entity?.caption}</span>
    </span>
  );
}
