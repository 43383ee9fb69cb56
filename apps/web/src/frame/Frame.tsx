import { Search } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import { keyFor, run, useActions } from '../actions/registry.ts';
import styles from './Frame.module.css';
import { Rail } from './Rail.tsx';
import { SyncState } from './SyncState.tsx';
import { type Slots, SlotsContext } from './slots.tsx';

/** What every page stands in: rail, top bar, the page, status line. Pages fill the bars through slots. */
export function Frame({ children }: { children: ReactNode }) {
  const [start, setStart] = useState<HTMLElement | null>(null);
  const [centre, setCentre] = useState<HTMLElement | null>(null);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const [status, setStatus] = useState<HTMLElement | null>(null);
  const slots = useMemo<Slots>(() => ({ start, centre, end, status }), [start, centre, end, status]);
  // Keys shown in the bars follow what a person has set.
  useActions();
  return (
    <SlotsContext value={slots}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <div className={styles.frame}>
        <Rail />
        <header className={styles.top} data-region="Top bar">
          <div className={styles.start} ref={setStart} />
          <div className={styles.centre} ref={setCentre} />
          <Button className={styles.search as string} onPress={() => run('palette.open')}>
            <Search aria-hidden />
            <span>Search records or run a command</span>
            <Keys combination={keyFor('palette.open') ?? 'Mod+K'} />
          </Button>
          <div className={styles.end} ref={setEnd} />
        </header>
        <main id="main" className={styles.main} tabIndex={-1}>
          {children}
        </main>
        <footer className={styles.status} data-region="Status">
          <span className={styles.statusStart} ref={setStatus} />
          <SyncState />
          <span className={styles.statusEnd}>
            <Keys combination={keyFor('region.next') ?? 'F6'} /> next region
            <Keys combination={keyFor('help.keys') ?? '?'} /> keys
          </span>
        </footer>
      </div>
    </SlotsContext>
  );
}
