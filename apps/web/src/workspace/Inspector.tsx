import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { viewerQuery } from '../api/viewer.ts';
import { when } from '../format/dates.ts';
import { count, counted } from '../format/numbers.ts';
import { EntityPanel } from '../panels/EntityPanel.tsx';
import { ReadAt } from '../panels/readAt.ts';
import { classes } from '../ui/classes.ts';
import { Avatar } from '../ui/State.tsx';
import { ActButton } from './ActButton.tsx';
import { linkCount, shownCounts } from './caseModel.ts';
import { FindPanel } from './FindPanel.tsx';
import styles from './Inspector.module.css';
import { useNarrow, useSheet } from './narrow.ts';
import { whyNotInvite } from './rights.ts';
import { useWorkspace } from './workspace.ts';

type Said = { record: string; property: string; value: string };

/** What is selected, with who says so; the investigation itself when nothing is. */
export function Inspector() {
  const { lead, finding, find, data } = useWorkspace();
  const isNarrow = useNarrow();
  const { isOpen, set: setOpen } = useSheet();
  const body = finding ? <FindPanel /> : lead ? <Selected key={lead.id} id={lead.id} /> : <CasePanel />;
  if (!isNarrow) {
    return (
      <aside className={styles.inspector} aria-label="Inspector" data-region="Inspector">
        {body}
      </aside>
    );
  }
  return (
    <aside
      className={classes(styles.sheet, isOpen && styles.sheetOpen)}
      aria-label="Inspector"
      data-region="Inspector"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.preventDefault();
        event.stopPropagation();
        if (finding) find(null);
        else setOpen(false);
      }}
    >
      <AriaButton className={styles.handle as string} aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
        {isOpen ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}
        <span>{finding ? 'Paths and neighbours' : (lead?.caption ?? data.title)}</span>
        <span className={styles.meta}>{isOpen ? 'Close' : 'Details'}</span>
      </AriaButton>
      {isOpen && <div className={styles.sheetBody}>{body}</div>}
    </aside>
  );
}

function Selected({ id }: { id: string }) {
  const {
    id: investigationId,
    at,
    data,
    model,
    selection,
    setLead,
    state,
    set,
    locked,
    open,
  } = useWorkspace();
  const [said, setSaid] = useState<Said | undefined>(undefined);
  const shown = useMemo(() => shownCounts(model.links, id), [model.links, id]);
  const place = selection.indexOf(id);
  const step = (by: 1 | -1) => {
    const next = selection[(place + by + selection.length) % selection.length];
    if (next) setLead(next);
  };
  return (
    <>
      {at && <p className={styles.now}>As it was known at the moment that was chosen.</p>}
      <ReadAt value={at}>
        <EntityPanel
          id={id}
          investigation={{ id: investigationId, readOnly: data.readOnly || locked !== undefined }}
          tab={state.tab}
          onTab={(tab) => set({ tab })}
          said={said}
          onSaid={setSaid}
          shown={shown}
          onExpand={locked === undefined ? () => open({ what: 'expand', ids: [id] }) : undefined}
          paging={{ at: place + 1, of: selection.length, step }}
          acts={<ActButton act="chart.pin" name={model.byId.get(id)?.pinned ? 'Unpin' : 'Pin'} />}
        />
      </ReadAt>
    </>
  );
}

/** The investigation: what it asks, who is in it, what was noted. */
function CasePanel() {
  const { data, model, locked, at } = useWorkspace();
  const { data: viewer } = useQuery(viewerQuery);
  const { notes } = data;
  const takenOut = model.gone.filter((entity) => entity.isTakenOut).length;
  return (
    <div className={styles.case}>
      <header>
        <h2>{data.title}</h2>
        <p className={styles.meta}>
          Changed {when(data.changedAt)}, begun {when(data.createdAt)} by {data.createdBy.name}
        </p>
      </header>
      {data.description && <p className={styles.lead}>{data.description}</p>}
      {locked && !at && <p className={styles.why}>{locked}.</p>}
      <div className={styles.acts}>
        <ActButton act="edit.add" name="Add" />
        <ActButton act="edit.note" name="Note" />
      </div>
      <dl className={styles.counts}>
        <dt>Entities</dt>
        <dd>{count(model.entities.length)}</dd>
        <dt>Links among them</dt>
        <dd>{count(linkCount(model.links))}</dd>
        <dt>Datasets</dt>
        <dd>{count(model.facets.dataset.length)}</dd>
        <dt>Sources disagree about</dt>
        <dd>{count(model.disagreeing)}</dd>
        {takenOut > 0 && (
          <>
            <dt>No longer in any dataset</dt>
            <dd>{count(takenOut)}</dd>
          </>
        )}
        {model.gone.length > takenOut && (
          <>
            <dt>Not in any dataset you see</dt>
            <dd>{count(model.gone.length - takenOut)}</dd>
          </>
        )}
      </dl>
      <section aria-label="People">
        <h3 className={styles.withAct}>
          People <ActButton act="case.people" name="Add or change" whyNot={whyNotInvite(data, viewer)} />
        </h3>
        <ul className={styles.people}>
          {data.members.map((member) => (
            <li key={member.user.id} className={styles.person}>
              <Avatar name={member.user.name} />
              {member.user.name} <span className={styles.meta}>{member.role}</span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Notes on the investigation">
        <h3>{notes.length === 0 ? 'No notes yet' : counted(notes.length, 'note')}</h3>
        <ul className={styles.notes}>
          {notes.map((note) => (
            <li key={note.id}>
              <p className={styles.meta}>
                {note.by.name}, {when(note.at)}
                {note.targetId !== null && `, on ${model.byId.get(note.targetId)?.caption ?? 'a fact'}`}
              </p>
              <p>{note.text}</p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
