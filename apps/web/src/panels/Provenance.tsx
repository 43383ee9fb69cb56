import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, FileText, Split } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useSplit } from '../entity/entityActs.ts';
import { type EntityDetails, recordsQuery } from '../entity/entityQueries.ts';
import { sourcePlace } from '../entity/sourcePlace.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { when } from '../format/dates.ts';
import { counted } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { Button } from '../ui/Button.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import { busy } from '../ui/whyNot.ts';
import type { Said } from './Facts.tsx';
import styles from './Provenance.module.css';
import { useReadAt } from './readAt.ts';
import { SourceView } from './SourceView.tsx';

type Props = {
  entity: EntityDetails;
  said: Said | undefined;
  onSaid(said: Said | undefined): void;
  investigationId: string | undefined;
};

/** The records that an entity is made of, who judged them the same, and each one's very row. */
export function Provenance({ entity, said, onSaid, investigationId }: Props) {
  const isOpen = said !== undefined;
  useEffect(() => {
    if (isOpen) markTried('source');
  }, [isOpen]);
  if (said) {
    return (
      <div>
        <div className={styles.back}>
          <Button look="quiet" height={26} icon={<ChevronLeft />} onPress={() => onSaid(undefined)}>
            All {counted(entity.recordCount, 'record')}
          </Button>
        </div>
        <SourceView said={said} />
      </div>
    );
  }
  return <Records entity={entity} onSaid={onSaid} investigationId={investigationId} />;
}

function Records({ entity, onSaid, investigationId }: Omit<Props, 'said'>) {
  const { data, isPending, error, refetch } = useQuery(recordsQuery(entity.id, useReadAt()));
  const split = useSplit();
  const [asking, setAsking] = useState<string | null>(null);
  if (isPending) return <SkeletonRows count={entity.recordCount} height={44} />;
  if (error && !data) return <ReadError error={error} onAgain={() => void refetch()} />;
  const records = data?.edges.map((edge) => edge.node) ?? [];
  const takeOut = (id: string) => {
    split.mutate(
      { input: { entityId: entity.id, recordIds: [id], investigationId: investigationId ?? null } },
      { onSettled: () => setAsking(null) },
    );
  };
  return (
    <>
      <ul className={styles.records}>
        {records.map((record) => (
          <li key={record.id}>
            <AriaButton
              className={styles.record as string}
              onPress={() => onSaid({ record: record.id, property: '', value: '' })}
            >
              <TypeBadge schema={record.schema} />
              <span className={styles.body}>
                <span className={styles.name}>{record.caption}</span>
                <span className={styles.meta}>
                  {record.dataset.title}
                  {record.dataset.reliability && ` ${record.dataset.reliability}`}
                  {record.sourceRef?.row != null && `, ${sourcePlace(record.sourceRef, 3)}`}
                </span>
              </span>
              <FileText aria-hidden />
            </AriaButton>
            {records.length > 1 &&
              (asking === record.id ? (
                <span className={styles.confirm}>
                  <Button
                    height={24}
                    whyNot={split.isPending ? busy : undefined}
                    onPress={() => takeOut(record.id)}
                  >
                    Take out of this entity
                  </Button>
                  <Button look="quiet" height={24} onPress={() => setAsking(null)}>
                    Keep
                  </Button>
                </span>
              ) : (
                <Button
                  look="quiet"
                  height={24}
                  icon={<Split />}
                  className={styles.split as string}
                  onPress={() => setAsking(record.id)}
                  aria-label={`Take ${record.caption} of ${record.dataset.title} out of this entity`}
                >
                  Split
                </Button>
              ))}
          </li>
        ))}
      </ul>
      {data && data.bounded.total > records.length && (
        <p className={styles.note}>
          {records.length} of {data.bounded.total} records
        </p>
      )}
      {entity.judgements.length > 0 && (
        <section className={styles.judgements} aria-label="Judgements">
          <h3>Judgements</h3>
          <ul>
            {entity.judgements.map((judgement) => (
              <li key={judgement.id}>
                <span>
                  <b>{judgement.verdict.toLowerCase()}</b>: {judgement.left.caption},{' '}
                  {judgement.right.caption}
                </span>
                <span className={styles.meta}>
                  {judgement.by.name}, {when(judgement.at)}
                  {judgement.reason && `: “${judgement.reason}”`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
