import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { unread } from '../api/apiError.ts';
import { count, ofTotal } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { type SearchHit, searchQuery } from '../pages/search/searchQueries.ts';
import { Combobox, type Row } from '../palette/Combobox.tsx';
import { HitBody } from '../palette/HitBody.tsx';
import palette from '../palette/Palette.module.css';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import styles from './Dialogs.module.css';
import { linkGroupsQuery } from './expandQueries.ts';
import { useWorkspace } from './workspace.ts';

/** Finds entities and adds them one after the other, each beside what it is linked to. */
export function AddDialog({ onClose }: { onClose(): void }) {
  const { model, add, select, open } = useWorkspace();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const { data, error } = useQuery({
    ...searchQuery({ q: query, first: 12 }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const hits = query === '' ? [] : (data?.hits ?? []);
  const rowOf = (hit: SearchHit): Row => {
    const { entity } = hit;
    const isHere = model.byId.has(entity.id);
    const end = isHere ? (
      <Check className={palette.here} aria-label="in the investigation" />
    ) : (
      <LinkTotal id={entity.id} />
    );
    return {
      id: entity.id,
      isOff: isHere,
      says: 'add',
      body: <HitBody hit={hit} query={query} end={end} />,
      run: () => {
        markTried('search');
        const found = {
          ...entity,
          lastSeen: null,
          datasets: entity.datasets.map((one) => ({ ...one, kind: 'SOURCE' as const })),
        };
        void add([found]).then((done) => done && select([entity.id]));
      },
    };
  };
  return (
    <Dialog
      title="Add to the investigation"
      isOpen
      onClose={onClose}
      width={680}
      foot={
        <>
          <Button onPress={() => open({ what: 'newEntity' })}>New entity by hand</Button>
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        </>
      }
    >
      <Combobox
        boxed
        label="Search all datasets"
        placeholder="Name in any script, registry number, address"
        typed={typed}
        onTyped={setTyped}
        groups={hits.length === 0 ? [] : [{ name: 'Entities', rows: hits.map(rowOf) }]}
        empty={
          query === ''
            ? 'What you add appears beside its neighbours; nothing else moves.'
            : data
              ? `Nothing is called “${query}”.`
              : error
                ? unread(error)
                : 'Reading …'
        }
      />
      {hits.length > 0 && data && (
        <p className={styles.meta}>
          {ofTotal(hits.length, data.bounded.total, data.bounded.totalIsExact)} hits
        </p>
      )}
    </Dialog>
  );
}

/** How many links a hit has: tells namesakes apart. */
function LinkTotal({ id }: { id: string }) {
  const { data } = useQuery(linkGroupsQuery([id]));
  const total = data?.reduce((sum, group) => sum + group.count, 0);
  return (
    <span className={palette.links}>
      {total === undefined ? '' : total === 1 ? '1 link' : `${count(total)} links`}
    </span>
  );
}
