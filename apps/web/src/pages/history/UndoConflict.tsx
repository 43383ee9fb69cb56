import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { usePropertyLabels } from '../../entity/propertyLabels.ts';
import { clock, when } from '../../format/dates.ts';
import { ofTotal } from '../../format/numbers.ts';
import { RadioGroup } from '../../ui/Field.tsx';
import { Warning } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './History.module.css';
import { changeQuery } from './historyQueries.ts';
import {
  type ConflictItem,
  type Conflicts,
  type LaterActs,
  type LaterChoice,
  whose,
} from './laterChoices.ts';
import { diffRow, schemaOf } from './rowDiff.ts';

type Props = {
  conflicts: Conflicts;
  who: string;
  verb: 'Undo' | 'Redo';
  choices: readonly LaterChoice[];
  /** Undefined where nothing is chosen: there is no way on that would go without saying. */
  choice: LaterChoice | undefined;
  onChoose(choice: LaterChoice): void;
  onLook(change: string): void;
};

/** Who changed the same later, when, from what to what; and the ways on. */
export function UndoConflict({ conflicts, who, verb, choices, choice, onChoose, onLook }: Props) {
  const { items, total } = conflicts;
  const isAllChanged = choices.every(({ id }) => id !== 'KEEP');
  return (
    <div className={styles.box}>
      <Warning title={`${who} changed this later`} icon={<TriangleAlert />}>
        {items.slice(0, 3).map((item) => (
          <Later key={`${item.id} ${item.change}`} item={item} onLook={onLook} />
        ))}
        {total > 3 && <p className={page.meta}>{ofTotal(3, total)} rows that were changed later</p>}
        {isAllChanged && (
          <p className={styles.allChanged}>
            Every row that this act wrote was changed since: with {whose(who)} change kept there is nothing
            left to {verb.toLowerCase()}. Choose one of the ways on, or cancel and everything stays as it is.
          </p>
        )}
        <div className={styles.ways}>
          <RadioGroup
            label="What becomes of the later change"
            value={choice?.id ?? null}
            onChange={(id) => {
              const next = choices.find((one) => one.id === id);
              if (next) onChoose(next);
            }}
            choices={[...choices]}
          />
        </div>
        {choice?.id === 'UNDO_TOO' && conflicts.acts && (
          <UndoneToo acts={conflicts.acts} isRefused={choice.whyNot !== undefined} onLook={onLook} />
        )}
      </Warning>
    </div>
  );
}

type TooProps = { acts: LaterActs; isRefused: boolean; onLook(change: string): void };

/** Every act that goes with it, or would have to. */
function UndoneToo({ acts, isRefused, onLook }: TooProps) {
  const { items, total, totalIsExact } = acts;
  const isOne = total === 1;
  const does = isRefused
    ? isOne
      ? 'stands on this one'
      : 'stand on this one'
    : `${isOne ? 'is' : 'are'} undone too`;
  return (
    <section aria-label={isRefused ? 'Acts that stand on this one' : 'Acts that are undone too'}>
      {items.map(({ change, summary, actor }) => (
        <p key={change}>
          <AriaButton className={page.link as string} onPress={() => onLook(change)}>
            {summary || 'An act'}
          </AriaButton>
          {actor && <span className={page.meta}>, {actor}</span>}
        </p>
      ))}
      <p className={page.meta}>
        {isOne ? '1 act' : `${ofTotal(items.length, total, totalIsExact)} acts`} {does}
      </p>
    </section>
  );
}

/** One row: what the later change made of it. */
function Later({ item, onLook }: { item: ConflictItem; onLook(change: string): void }) {
  const labels = usePropertyLabels();
  const { data: change } = useQuery(changeQuery(item.change));
  const row = change?.details.rows.find(({ id }) => id === item.id);
  const fields = row ? diffRow(row.before, row.after).slice(0, 3) : [];
  const moment =
    item.at && (when(item.at).includes(':') ? when(item.at) : `${when(item.at)}, ${clock(item.at)}`);
  return (
    <div className={styles.later}>
      <p>
        {change?.summary ?? item.caption ?? 'A row'}
        <span className={page.meta}>{moment && `, ${moment}`}</span>
      </p>
      <dl className={styles.nowAndBefore}>
        {fields.map(({ name, before, after }) => (
          <div key={name}>
            <dt>{labels(name, row && schemaOf(row))} now</dt>
            <dd>{after ?? 'none'}</dd>
            <dt>Before</dt>
            <dd>{before ?? 'none'}</dd>
          </div>
        ))}
      </dl>
      <AriaButton className={page.link as string} onPress={() => onLook(item.change)}>
        Look at the change
      </AriaButton>
    </div>
  );
}
