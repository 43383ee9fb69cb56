import { Ellipsis, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-aria-components';
import { useUpdateEntity } from '../entity/entityActs.ts';
import type { EntityDetails, EntityFact } from '../entity/entityQueries.ts';
import { type FactGroup, groupFacts } from '../entity/groupFacts.ts';
import { shownFact } from '../entity/shownValue.ts';
import { sourcePlace } from '../entity/sourcePlace.ts';
import { Corner } from '../entity/TypeBadge.tsx';
import { validTime } from '../format/dates.ts';
import { counted } from '../format/numbers.ts';
import { paths } from '../paths.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { SourceChip } from '../ui/Chip.tsx';
import { classes } from '../ui/classes.ts';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { busy } from '../ui/whyNot.ts';
import styles from './Facts.module.css';
import { RefuteDialog } from './RefuteDialog.tsx';

/** One value as one record says it. */
export type Said = { record: string; property: string; value: string };

type Props = {
  entity: EntityDetails;
  onOpen(said: Said): void;
  current: Said | undefined;
  /** Where a refutation is written; without it facts can only be read. */
  investigationId: string | undefined;
};

/** Each fact is a row: value, sources as chips, valid time. Values that disagree are stacked, never hidden. */
export function Facts({ entity, ...rest }: Props) {
  const groups = groupFacts(entity.facts, entity.caption);
  return (
    <dl className={styles.facts}>
      {groups.map((group) => (
        <Group key={group.property} group={group} entityId={entity.id} {...rest} />
      ))}
    </dl>
  );
}

function Group({ group, entityId, ...rest }: Omit<Props, 'entity'> & { group: FactGroup; entityId: string }) {
  const [isOpen, setOpen] = useState(false);
  const most = group.conflicting ? 20 : 4;
  const shown = isOpen ? group.facts : group.facts.slice(0, most);
  return (
    <div className={classes(styles.fact, group.conflicting && styles.conflict)}>
      <dt>
        {group.label}
        {group.conflicting && (
          <span className={styles.corner}>
            <Corner inline />
            <span className={styles.hidden}>, sources disagree</span>
          </span>
        )}
      </dt>
      <dd>
        {shown.map((fact) => (
          <Value key={fact.value} fact={fact} entityId={entityId} {...rest} isStacked={group.conflicting} />
        ))}
        {group.facts.length > shown.length && (
          <Button look="quiet" height={24} className={styles.rest as string} onPress={() => setOpen(true)}>
            {shown.length} of {group.facts.length}, show the rest
          </Button>
        )}
      </dd>
    </div>
  );
}

type ValueProps = Omit<Props, 'entity'> & { fact: EntityFact; entityId: string; isStacked: boolean };

function Value({ fact, entityId, onOpen, current, investigationId, isStacked }: ValueProps) {
  const [refuting, setRefuting] = useState(false);
  const [allSources, setAllSources] = useState(false);
  const update = useUpdateEntity();
  const when =
    validTime(fact.validFrom, fact.validTo) || (isStacked ? counted(fact.sources.length, 'source') : '');
  const sources = allSources ? fact.sources : fact.sources.slice(0, 3);
  const restore = () =>
    update.mutate({
      input: {
        id: entityId,
        investigationId: investigationId as string,
        restore: fact.sources.map((source) => ({
          record: source.record.id,
          property: fact.property,
          value: fact.value,
        })),
      },
    });
  return (
    <div className={styles.value}>
      <div className={styles.line}>
        <span
          className={classes(
            styles.text,
            fact.type === 'identifier' && 'mono',
            fact.refuted && styles.refuted,
          )}
        >
          <Shown fact={fact} />
        </span>
        {when && <span className={styles.when}>{when}</span>}
        {investigationId && !fact.refuted && (
          <Menu
            label={`Acts on ${shownFact(fact)}`}
            placement="bottom end"
            trigger={
              <IconButton label={`Acts on ${shownFact(fact)}`} size={24} className={styles.more as string}>
                <Ellipsis />
              </IconButton>
            }
          >
            <MenuItem onAction={() => setRefuting(true)}>Refute this value…</MenuItem>
            <MenuItem onAction={() => void navigator.clipboard.writeText(shownFact(fact))}>
              Copy value
            </MenuItem>
          </Menu>
        )}
      </div>
      {fact.refuted && (
        <p className={styles.reason}>
          Refuted by {fact.refuted.by.name}
          {fact.refuted.reason && `: “${fact.refuted.reason}”`}
          {investigationId && (
            <Button
              look="quiet"
              height={24}
              icon={<Undo2 />}
              whyNot={update.isPending ? busy : undefined}
              onPress={restore}
            >
              Restore
            </Button>
          )}
        </p>
      )}
      <div className={styles.sources}>
        {sources.map((source) => (
          <SourceChip
            key={source.record.id}
            name={source.dataset.title}
            reliability={source.dataset.reliability ?? undefined}
            place={source.sourceRef ? sourcePlace(source.sourceRef, 3) : undefined}
            isCurrent={
              current?.record === source.record.id &&
              current.property === fact.property &&
              current.value === fact.value
            }
            onPress={() => onOpen({ record: source.record.id, property: fact.property, value: fact.value })}
          />
        ))}
        {fact.sources.length > sources.length && (
          <Button
            look="quiet"
            height={24}
            className={styles.rest as string}
            onPress={() => setAllSources(true)}
          >
            +{fact.sources.length - sources.length}
          </Button>
        )}
      </div>
      <RefuteDialog
        fact={fact}
        entityId={entityId}
        investigationId={investigationId}
        isOpen={refuting}
        onClose={() => setRefuting(false)}
      />
    </div>
  );
}

/** A value in the way its type is read: a link to the entity it names, a date in words, an address on the web. */
function Shown({ fact }: { fact: EntityFact }) {
  if (fact.entity) {
    return (
      <Link className={styles.link as string} href={paths.entity(fact.entity.id)}>
        {fact.entity.caption}
      </Link>
    );
  }
  if (fact.type === 'url' && /^https?:\/\//.test(fact.value)) {
    return (
      <a className={styles.link} href={fact.value} target="_blank" rel="noreferrer noopener">
        {fact.value}
      </a>
    );
  }
  return <bdi>{shownFact(fact)}</bdi>;
}
