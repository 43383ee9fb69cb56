import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Check, Plus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { entityType } from '../entity/entityTypes.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { country } from '../format/countries.ts';
import { ofTotal } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { searchQuery } from '../pages/search/searchQueries.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

/** Finds entities and adds them one after the other, each beside what it is linked to. */
export function AddDialog({ onClose }: { onClose(): void }) {
  const { model, add, select, open } = useWorkspace();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const { data } = useQuery({
    ...searchQuery({ q: query, first: 12 }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const hits = query === '' ? [] : (data?.hits ?? []);
  return (
    <Dialog
      title="Add to the investigation"
      isOpen
      onClose={onClose}
      width={560}
      foot={
        <>
          <Button onPress={() => open({ what: 'newEntity' })}>New entity by hand</Button>
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        </>
      }
    >
      <TextField
        label="Search all datasets"
        value={typed}
        onChange={setTyped}
        placeholder="Name in any script, registry number, address"
        autoFocus
      />
      <ul className={styles.hits}>
        {hits.map(({ entity }) => {
          const isHere = model.byId.has(entity.id);
          return (
            <li key={entity.id}>
              <AriaButton
                className={styles.hit as string}
                isDisabled={isHere}
                onPress={() => {
                  markTried('search');
                  void add([
                    {
                      ...entity,
                      lastSeen: null,
                      datasets: entity.datasets.map((one) => ({ ...one, kind: 'SOURCE' })),
                    },
                  ]).then((done) => done && select([entity.id]));
                }}
              >
                <TypeBadge schema={entity.schema} labelled={false} />
                <bdi className={styles.grow}>{entity.caption}</bdi>
                <span className={styles.meta}>
                  {entityType(entity.schema).name}
                  {entity.countries.length > 0 && `, ${entity.countries.map(country).join(', ')}`}
                </span>
                {isHere ? <Check aria-label="in the investigation" /> : <Plus aria-label="add" />}
              </AriaButton>
            </li>
          );
        })}
      </ul>
      <p className={styles.meta}>
        {query === ''
          ? 'What you add appears beside its neighbours; nothing else moves.'
          : data
            ? hits.length === 0
              ? `Nothing is called “${query}”.`
              : `${ofTotal(hits.length, data.bounded.total, data.bounded.totalIsExact)} hits`
            : 'Reading …'}
      </p>
    </Dialog>
  );
}
