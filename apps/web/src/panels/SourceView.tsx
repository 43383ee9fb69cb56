import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'react-aria-components';
import { type RecordSource, recordSourceQuery } from '../entity/recordSourceQuery.ts';
import { saidOfRemoval } from '../entity/removal.ts';
import { shownValue } from '../entity/shownValue.ts';
import { sourcePlace } from '../entity/sourcePlace.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { paths } from '../paths.ts';
import { Marking, Tag } from '../ui/Chip.tsx';
import { classes } from '../ui/classes.ts';
import { ReadError } from '../ui/ReadError.tsx';
import { ErrorState, SkeletonRows } from '../ui/State.tsx';
import type { Said } from './Facts.tsx';
import { marked } from './highlight.tsx';
import styles from './Provenance.module.css';
import { useReadAt } from './readAt.ts';

/** The row that says it, highlighted, with the rows around it, and what was read from it. */
export function SourceView({ said }: { said: Said }) {
  const { data: record, isPending, error, refetch } = useQuery(recordSourceQuery(said.record, useReadAt()));
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    if (record) row.current?.querySelector('mark')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [record]);
  if (error && record === undefined) return <ReadError error={error} onAgain={() => void refetch()} />;
  if (isPending) return <SkeletonRows count={5} />;
  if (!record)
    return (
      <ErrorState title="The record is not here any more">It was removed, or you may not see it.</ErrorState>
    );
  const needles = said.value === '' ? [] : [said.value];
  const { source } = record;
  return (
    <div className={styles.source}>
      <header className={styles.sourceHead}>
        <TypeBadge schema={record.schema} />
        <div className={styles.body}>
          <h3>{record.caption}</h3>
          <p className={styles.meta}>
            <Link href={paths.dataset(record.dataset.key)} className={styles.link as string}>
              {record.dataset.title}
            </Link>
            {record.dataset.publisher && ` by ${record.dataset.publisher}`}
          </p>
        </div>
        {record.dataset.reliability && <Tag>Reliability {record.dataset.reliability}</Tag>}
        <Marking value={record.marking === 'TLP:CLEAR' ? null : record.marking} />
      </header>
      {source ? (
        <figure className={styles.file}>
          <figcaption>
            <Link href={paths.importJob(source.importId)} className={styles.link as string}>
              {source.filename}
            </Link>
            <span>{sourcePlace({ ...source, alsoRows: record.sourceRef?.alsoRows ?? [] })}</span>
          </figcaption>
          {source.removed && (
            <p className={styles.note}>{saidOfRemoval(source.removed)}. What was read from it stands.</p>
          )}
          <section
            hidden={source.removed !== null}
            className={styles.rows}
            ref={row}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
            tabIndex={0}
            aria-label="Row of the source, with the rows around it"
          >
            {source.before.map((text) => (
              <code key={`before ${text}`}>{text}</code>
            ))}
            <code className={styles.said}>{marked(source.text, needles)}</code>
            {source.after.map((text) => (
              <code key={`after ${text}`}>{text}</code>
            ))}
          </section>
          {source.truncated && <p className={styles.note}>The row is longer; its first 64 kB are shown.</p>}
        </figure>
      ) : (
        <p className={styles.note}>
          {record.dataset.kind === 'NOTEBOOK'
            ? 'Entered by hand in the notebook of an investigation.'
            : 'The file of this row is not kept.'}
        </p>
      )}
      <Properties record={record} said={said} />
    </div>
  );
}

function Properties({ record, said }: { record: RecordSource; said: Said }) {
  return (
    <section aria-label="What was read from it">
      <h4 className={styles.heading}>What was read from it</h4>
      <dl className={styles.properties}>
        {record.properties.map((property) => (
          <div key={property.name} className={classes(property.name === said.property && styles.current)}>
            <dt>{property.label}</dt>
            <dd>
              {property.values.map((value, place) => {
                const shown = shownValue(property.type, value, property.entities[place]);
                return (
                  <span key={value} title={shown === value ? undefined : value}>
                    {property.name === said.property && value === said.value ? <mark>{shown}</mark> : shown}
                  </span>
                );
              })}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
