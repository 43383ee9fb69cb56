import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Keys } from './Keys.tsx';
import styles from './KeysHelp.module.css';
import { combinationOf, shownKeys } from './keys.ts';
import { type Action, keysOf, setKeys, useActions } from './registry.ts';

/** The list behind `?`: every action with its keys, which can be set anew or switched off. */
export function KeysHelp({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const actions = useActions().filter((action) => action.keys || keysOf(action).length > 0);
  const [changing, setChanging] = useState<string | null>(null);
  const groups = [...new Set(actions.map((action) => action.group))];
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose} width={640}>
      <p className={styles.lead}>
        Single keys rest while you type. Choose a key to set another; Backspace switches it off.
      </p>
      <div className={styles.columns}>
        {groups.map((group) => (
          <section key={group} className={styles.group}>
            <h3>{group}</h3>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <Row
                  key={action.id}
                  action={action}
                  isChanging={changing === action.id}
                  onChange={() => setChanging(changing === action.id ? null : action.id)}
                  onDone={() => setChanging(null)}
                />
              ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}

type RowProps = { action: Action; isChanging: boolean; onChange(): void; onDone(): void };

function Row({ action, isChanging, onChange, onDone }: RowProps) {
  const keys = keysOf(action);
  const set = (event: React.KeyboardEvent) => {
    if (!isChanging || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Backspace') setKeys(action.id, []);
    else if (event.key !== 'Escape') setKeys(action.id, [combinationOf(event.nativeEvent)]);
    onDone();
  };
  return (
    <div className={styles.row} onKeyDownCapture={set}>
      <span>{action.name}</span>
      <Button
        height={24}
        look="quiet"
        aria-label={
          isChanging
            ? `press a key for ${action.name}`
            : `${keys.map((key) => shownKeys(key)).join(' ') || 'off'}: change the key of ${action.name}`
        }
        onPress={onChange}
      >
        {isChanging
          ? 'press a key'
          : keys.length === 0
            ? 'off'
            : keys.map((key) => <Keys key={key} combination={key} />)}
      </Button>
    </div>
  );
}
