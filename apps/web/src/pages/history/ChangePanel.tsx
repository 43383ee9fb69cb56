import { useQuery } from '@tanstack/react-query';
import { TriangleAlert, X } from 'lucide-react';
import { Link } from 'react-aria-components';
import { ApiError, explain } from '../../api/apiError.ts';
import { readable } from '../../entity/entityTypes.ts';
import { clock, when } from '../../format/dates.ts';
import { counted, ofTotal } from '../../format/numbers.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink, IconButton } from '../../ui/Button.tsx';
import { ErrorState, SkeletonRows, Warning } from '../../ui/State.tsx';
import { notify } from '../../ui/Toast.tsx';
import page from '../Page.module.css';
import styles from './History.module.css';
import { type ChangeDetail, changeQuery, type RowChange } from './historyQueries.ts';
import { diffRow } from './rowDiff.ts';
import { undoPreviewQuery, useUndo } from './undoActs.ts';

type Props = {
  id: string;
  /** True while the undo of the change is being looked at. */
  isUndoing: boolean;
  onUndoing(on: boolean): void;
  onSelect(id: string): void;
  onClose(): void;
};

/** One change: who, when, why, every row before and after; and the rehearsal of its undo. */
export function ChangePanel({ id, isUndoing, onUndoing, onSelect, onClose }: Props) {
  const { data: change, error, isPending } = useQuery(changeQuery(id));
  if (error) {
    return (
      <div className={styles.state}>
        <ErrorState title={explain(error).title}>{explain(error).detail}</ErrorState>
      </div>
    );
  }
  if (isPending) return <SkeletonRows count={8} height={36} />;
  if (!change) {
    return (
      <div className={styles.state}>
        <ErrorState title="This change is not here">
          It belongs to what you may not see, or the link is cut off.
        </ErrorState>
      </div>
    );
  }
  return (
    <>
      <header className={page.sectionHead}>
        <h2>{isUndoing ? 'Preview of undo' : 'Change'}</h2>
        <span className={page.meta}>{isUndoing ? 'nothing written yet' : ''}</span>
        <span>
          <IconButton label="Close" size={24} onPress={onClose}>
            <X />
          </IconButton>
        </span>
      </header>
      <section
        className={styles.panel}
        aria-label="Details of the change"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
      >
        <h3 className={styles.title}>{change.summary}</h3>
        <p className={page.meta}>
          {change.actor.name}, {when(change.at)} {when(change.at).includes(':') ? '' : clock(change.at)} ·{' '}
          <code>{change.id.slice(0, 16)}</code>
        </p>
        {change.reason && <p className={styles.reason}>“{change.reason}”</p>}
        {isUndoing ? (
          <UndoPreview change={change} onUndoing={onUndoing} onSelect={onSelect} />
        ) : (
          <>
            <Rows
              title="What changed"
              rows={change.details.rows}
              total={change.details.bounded.total}
              counts={change.details}
            />
            <Targets change={change} />
          </>
        )}
      </section>
      {!isUndoing && (
        <footer className={styles.acts}>
          {change.canUndo && !change.importId && (
            <Button look="edged" onPress={() => onUndoing(true)}>
              {change.undoOf ? 'Redo' : 'Undo'} this…
            </Button>
          )}
          {change.importId && (
            <ButtonLink href={paths.importJob(change.importId)}>Open the import</ButtonLink>
          )}
          {change.investigationId && (
            <ButtonLink href={paths.investigation(change.investigationId)}>Open the investigation</ButtonLink>
          )}
          {change.undoneBy && (
            <Button look="quiet" onPress={() => onSelect(change.undoneBy as string)}>
              See the undo
            </Button>
          )}
          {!change.canUndo && !change.undoneBy && (
            <span className={page.meta}>This change cannot be undone by itself.</span>
          )}
        </footer>
      )}
    </>
  );
}

function UndoPreview({
  change,
  onUndoing,
  onSelect,
}: {
  change: ChangeDetail;
  onUndoing(on: boolean): void;
  onSelect(id: string): void;
}) {
  const { data: preview, error, isPending } = useQuery(undoPreviewQuery(change.id));
  const undo = useUndo();
  const act = () =>
    undo.mutate(
      { input: { change: change.id }, preview: false },
      {
        onSuccess: (data) => {
          onUndoing(false);
          if (data.undo.change) onSelect(data.undo.change.id);
        },
        onError: (failure) =>
          notify({ tone: 'error', title: explain(failure).title, detail: explain(failure).detail }),
      },
    );
  const verb = change.undoOf ? 'Redo' : 'Undo';
  return (
    <>
      {isPending && <SkeletonRows count={4} />}
      {error &&
        (error instanceof ApiError && error.code === 'UNDO_CONFLICT' ? (
          <Conflict error={error} onSelect={onSelect} />
        ) : (
          <div className={styles.box}>
            <ErrorState title={explain(error).title}>{explain(error).detail}</ErrorState>
          </div>
        ))}
      {preview && <Rows title="What would change" rows={preview.rows} total={preview.bounded.total} />}
      <footer className={styles.undoActs}>
        <Button look="primary" height={32} isDisabled={!preview || undo.isPending} onPress={act}>
          {preview ? `${verb} ${counted(preview.bounded.total, 'row')}` : verb}
        </Button>
        <Button height={32} onPress={() => onUndoing(false)}>
          Cancel
        </Button>
      </footer>
    </>
  );
}

type ConflictItem = {
  id: string;
  caption?: string | null;
  change?: string;
  actor?: string | { name?: string };
  at?: string;
};

/** Who changed the same later, what, and the way on. */
function Conflict({ error, onSelect }: { error: ApiError; onSelect(id: string): void }) {
  const items = (Array.isArray(error.details.items) ? error.details.items : []) as ConflictItem[];
  const total = typeof error.details.total === 'number' ? error.details.total : items.length;
  const [first] = items;
  const name = (item: ConflictItem) =>
    typeof item.actor === 'string' ? item.actor : (item.actor?.name ?? 'Somebody');
  return (
    <div className={styles.box}>
      <Warning
        title={first ? `${name(first)} changed this later` : 'Later changes stand on this one'}
        icon={<TriangleAlert />}
      >
        <p>
          Undoing would overwrite it. Nothing was undone. Look at what came later, undo that first, then come
          back.
        </p>
        <ul className={styles.conflicts}>
          {items.map((item) => (
            <li key={`${item.id} ${item.change}`}>
              <span>
                {item.caption ?? 'a row'}
                <span className={page.meta}>
                  {' '}
                  {name(item)}
                  {item.at && `, ${when(item.at)}`}
                </span>
              </span>
              {item.change && (
                <Button height={24} onPress={() => onSelect(item.change as string)}>
                  Look
                </Button>
              )}
            </li>
          ))}
        </ul>
        {total > items.length && <p>{ofTotal(items.length, total)}</p>}
      </Warning>
    </div>
  );
}

const signs: Record<string, string> = { added: '+', removed: '−', changed: '~' };

type RowsProps = {
  title: string;
  rows: RowChange[];
  total: number;
  counts?: { added: number; changed: number; removed: number };
};

function Rows({ title, rows, total, counts }: RowsProps) {
  return (
    <section className={styles.rows} aria-label={title}>
      <header>
        <h4>{title}</h4>
        <span className={page.meta}>
          {counts
            ? [
                counts.added && `${counts.added} added`,
                counts.changed && `${counts.changed} changed`,
                counts.removed && `${counts.removed} removed`,
              ]
                .filter(Boolean)
                .join(', ')
            : counted(total, 'row')}
        </span>
      </header>
      <ul>
        {rows.map((row) => (
          <Row key={`${row.kind} ${row.id}`} row={row} />
        ))}
      </ul>
      {total > rows.length && <p className={page.meta}>{ofTotal(rows.length, total)} rows</p>}
    </section>
  );
}

function Row({ row }: { row: RowChange }) {
  const fields = diffRow(row.before, row.after);
  const isWhole = row.act !== 'changed';
  return (
    <li>
      <span className={styles[`act-${row.act}`]} role="img" aria-label={row.act}>
        {signs[row.act] ?? '·'}
      </span>
      <div>
        <span className={styles.rowName}>{row.caption ?? readable(row.kind)}</span>{' '}
        <span className={page.meta}>{readable(row.kind).toLowerCase()}</span>
        <dl className={styles.fields}>
          {fields.slice(0, isWhole ? 4 : 8).map((field) => (
            <div key={field.name}>
              <dt>{readable(field.name)}</dt>
              <dd>
                {field.before !== undefined && <del>{field.before}</del>}
                {field.before !== undefined && field.after !== undefined && ' '}
                {field.after !== undefined && <ins>{field.after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
        {fields.length > (isWhole ? 4 : 8) && (
          <span className={page.meta}>and {fields.length - (isWhole ? 4 : 8)} more values</span>
        )}
      </div>
    </li>
  );
}

function Targets({ change }: { change: ChangeDetail }) {
  const entities = change.targets
    .filter((target) => target.kind === 'entity' || target.kind === 'record')
    .slice(0, 8);
  if (entities.length === 0) return null;
  return (
    <section className={styles.rows} aria-label="Entities it touched">
      <header>
        <h4>Entities it touched</h4>
      </header>
      <ul>
        {entities.map((target) => (
          <li key={target.id}>
            <span />
            <Link href={paths.entity(target.id)} className={page.link as string}>
              {target.caption ?? target.id}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
