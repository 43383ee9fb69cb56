import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, Ellipsis, ExternalLink, GitCompare, Link2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { keyFor } from '../actions/registry.ts';
import { type EntityDetails, entityQuery } from '../entity/entityQueries.ts';
import { entityType } from '../entity/entityTypes.ts';
import { disagrees } from '../entity/groupFacts.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { country } from '../format/countries.ts';
import { counted } from '../format/numbers.ts';
import { paths } from '../paths.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Marking } from '../ui/Chip.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { ErrorState, SkeletonRows } from '../ui/State.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import styles from './EntityPanel.module.css';
import { Facts, type Said } from './Facts.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { JudgeDialog } from './JudgeDialog.tsx';
import { Notes } from './Notes.tsx';
import { Provenance } from './Provenance.tsx';
import { RelationshipCounts, type ShownCounts } from './RelationshipCounts.tsx';
import { useReadAt } from './readAt.ts';

type Props = {
  id: string;
  /** Where edits are written; without one the entity can only be read. */
  investigation?: { id: string; readOnly: boolean } | undefined;
  tab: string;
  onTab(tab: string): void;
  /** The fact whose source is open. */
  said?: Said | undefined;
  onSaid(said: Said | undefined): void;
  /** How many neighbours of each type are on the chart. */
  shown?: ShownCounts | undefined;
  onExpand?: ((type?: string, direction?: 'IN' | 'OUT') => void) | undefined;
  /** Place of this entity in the selection, with steps to the others. */
  paging?: { at: number; of: number; step(by: 1 | -1): void } | undefined;
  /** Acts that the place offers besides: pin, hide … */
  acts?: ReactNode;
  isPage?: boolean;
};

/** Everything known of one entity: facts with who says so, relationships, the source rows, notes, history. */
export function EntityPanel(props: Props) {
  const at = useReadAt();
  const isPast = at !== undefined;
  const { data: entity, error, refetch, isPending } = useQuery(entityQuery(props.id, at));
  if (error && entity === undefined) {
    return (
      <div className={styles.state}>
        <ReadError error={error} onAgain={() => void refetch()} />
      </div>
    );
  }
  if (isPending) return <SkeletonRows count={9} height={36} />;
  if (!entity) {
    return (
      <div className={styles.state}>
        <ErrorState title={isPast ? 'Not known then' : 'This entity is not here any more'}>
          {isPast
            ? 'Nothing was known of it at the moment that was chosen. Choose a later one, or return to now.'
            : 'Its records were removed, or you may not see them. The history of the investigation names the change.'}
        </ErrorState>
      </div>
    );
  }
  return <Known {...props} entity={entity} />;
}

function Known({
  entity,
  investigation,
  tab,
  onTab,
  said,
  onSaid,
  shown,
  onExpand,
  paging,
  acts,
  isPage,
}: Props & { entity: EntityDetails }) {
  const [judging, setJudging] = useState(false);
  const isPast = useReadAt() !== undefined;
  const type = entityType(entity.schema);
  const canEdit = investigation !== undefined && !investigation.readOnly;
  const open = (next: Said) => {
    onSaid(next);
    onTab('provenance');
  };
  const facts = (
    <>
      <Facts
        entity={entity}
        onOpen={open}
        current={said}
        investigationId={canEdit ? investigation.id : undefined}
      />
      {!isPage && <RelationshipCounts entity={entity} shown={shown} onExpand={onExpand} />}
    </>
  );
  return (
    <article className={styles.panel} aria-label={entity.caption}>
      <header className={styles.head}>
        <TypeBadge schema={entity.schema} size={isPage ? 36 : 30} disagree={disagrees(entity.facts)} />
        <div className={styles.names}>
          <h2>{entity.caption}</h2>
          <p className={styles.meta}>
            <span>{type.name}</span>
            {entity.countries.length > 0 && <span>{entity.countries.map(country).join(', ')}</span>}
            <span>
              {counted(entity.recordCount, 'record')}, {counted(entity.datasets.length, 'dataset')}
            </span>
            <Marking value={entity.marking === 'TLP:CLEAR' ? null : entity.marking} />
          </p>
        </div>
        {paging && paging.of > 1 && (
          <span className={styles.paging}>
            {paging.at} of {paging.of}
            <IconButton label="Selected before" size={24} onPress={() => paging.step(-1)}>
              <ChevronLeft />
            </IconButton>
            <IconButton label="Selected next" size={24} onPress={() => paging.step(1)}>
              <ChevronRight />
            </IconButton>
          </span>
        )}
      </header>
      {entity.aliases.length > 0 && (
        <p className={styles.also}>
          <span>Also </span>
          {entity.aliases.slice(0, 3).join(', ')}
          {entity.aliases.length > 3 && ` and ${entity.aliases.length - 3} more`}
        </p>
      )}
      <div className={styles.acts}>
        {onExpand && (
          <Button height={26} keys={keyFor('chart.expand')} onPress={() => onExpand()}>
            Expand
          </Button>
        )}
        {acts}
        <Button
          height={26}
          keys={keyFor('selection.judge')}
          whyNot={isPast ? 'You read the past; return to now first' : undefined}
          onPress={() => setJudging(true)}
          icon={isPage ? <GitCompare /> : undefined}
        >
          Same / different
        </Button>
        <Menu
          label="More acts"
          placement="bottom end"
          trigger={
            <IconButton label="More acts" size={26} className={styles.more as string}>
              <Ellipsis />
            </IconButton>
          }
        >
          {!isPage && (
            <MenuItem icon={<ExternalLink />} href={paths.entity(entity.id)}>
              Open as a page
            </MenuItem>
          )}
          <MenuItem
            icon={<Link2 />}
            onAction={() => void navigator.clipboard.writeText(location.origin + paths.entity(entity.id))}
          >
            Copy link
          </MenuItem>
        </Menu>
      </div>
      <Tabs
        label="About the entity"
        value={tab}
        onChange={onTab}
        items={[
          { id: 'details', name: 'Details', panel: facts },
          {
            id: 'provenance',
            name: 'Provenance',
            panel: (
              <Provenance
                entity={entity}
                said={said}
                onSaid={onSaid}
                investigationId={canEdit ? investigation.id : undefined}
              />
            ),
          },
          {
            id: 'notes',
            name: 'Notes',
            count: entity.notes.length || undefined,
            panel: <Notes entity={entity} investigationId={canEdit ? investigation.id : undefined} />,
          },
          { id: 'history', name: 'History', panel: <HistoryTab id={entity.id} /> },
        ]}
      />
      <JudgeDialog
        entity={entity}
        isOpen={judging}
        onClose={() => setJudging(false)}
        investigationId={investigation?.id}
      />
    </article>
  );
}
