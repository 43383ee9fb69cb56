import { useInfiniteQuery } from '@tanstack/react-query';
import { Clock, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Form, Popover } from 'react-aria-components';
import { keyFor } from '../actions/registry.ts';
import { clock, knownDate, when } from '../format/dates.ts';
import { changesQuery } from '../pages/history/historyQueries.ts';
import { paths } from '../paths.ts';
import { Button, ButtonLink, IconButton } from '../ui/Button.tsx';
import { TextField } from '../ui/Field.tsx';
import popup from '../ui/Popup.module.css';
import styles from './AsOf.module.css';
import { readMoment } from './moments.ts';
import { useWorkspace } from './workspace.ts';

/** The clock of the workspace: now, or blue with the moment that is read, and the way back. */
export function AsOf() {
  const { id, at, data, opened, open, set } = useWorkspace();
  const moment = data.moment;
  const go = (to: string | undefined) => {
    open(null);
    set({ at: to }, 'step');
  };
  const trigger = at ? (
    <AriaButton
      className={styles.face as string}
      aria-label={`As of ${moment ? shown(moment.at) : at}, choose another moment`}
    >
      <Clock aria-hidden />
      <span>As of</span> <b>{moment ? shown(moment.at) : '…'}</b>
    </AriaButton>
  ) : (
    <Button look="quiet" icon={<Clock />} keys={keyFor('view.asOf')}>
      Now
    </Button>
  );
  const dialog = (
    <DialogTrigger
      isOpen={opened?.what === 'asOf'}
      onOpenChange={(isOpen) => open(isOpen ? { what: 'asOf' } : null)}
    >
      {trigger}
      <Popover className={popup.popup as string} offset={6} placement="bottom end">
        <Dialog className={styles.dialog as string} aria-label="Read as of a moment">
          <Choose onChoose={go} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
  if (!at) return dialog;
  return (
    <span className={styles.chip}>
      {dialog}
      <span className={styles.known}>
        {moment?.change ? `after “${moment.change.summary}”` : 'before any change'}
      </span>
      {moment?.change && (
        <ButtonLink
          look="quiet"
          height={24}
          href={paths.investigationHistory(id, { from: moment.change.id })}
        >
          What changed since
        </ButtonLink>
      )}
      <IconButton label="Return to now" size={24} onPress={() => go(undefined)}>
        <X />
      </IconButton>
    </span>
  );
}

const shown = (iso: string) => `${knownDate(iso.slice(0, 10))}, ${clock(iso)}`;

function Choose({ onChoose }: { onChoose(at: string): void }) {
  const { id } = useWorkspace();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { data } = useInfiniteQuery(changesQuery({ investigationId: id }));
  const changes = data?.pages[0]?.edges.map((edge) => edge.node).slice(0, 8) ?? [];
  const read = () => {
    const moment = readMoment(typed);
    if (moment) onChoose(moment);
    else setWrong(true);
  };
  return (
    <>
      <Form
        className={styles.form as string}
        onSubmit={(event) => {
          event.preventDefault();
          read();
        }}
      >
        <TextField
          label="Read as of"
          value={typed}
          onChange={(text) => {
            setTyped(text);
            setWrong(false);
          }}
          placeholder="2026-09-30 14:00, or 30 min ago"
          error={isWrong ? 'A date such as 2026-09-30, with a time if you like, or “2 h ago”.' : undefined}
          autoFocus
        />
        <Button look="primary" type="submit" height={32}>
          Read
        </Button>
      </Form>
      <p className={styles.help}>Everything is shown as it was known then. Nothing can be written.</p>
      {changes.length > 0 && (
        <>
          <h3 className={styles.heading}>After one of the last changes</h3>
          <ul className={styles.changes}>
            {changes.map((change) => (
              <li key={change.id}>
                <AriaButton className={styles.change as string} onPress={() => onChoose(change.id)}>
                  <span>{change.summary}</span>
                  <span className={styles.meta}>
                    {change.actor.name}, {when(change.at)}
                  </span>
                </AriaButton>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
