import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowLeftRight, ArrowRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Dialog } from 'react-aria-components';
import { explainAct } from '../api/apiError.ts';
import { count, counted } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Checkbox } from '../ui/Field.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import { Segments } from '../ui/Tabs.tsx';
import { notify } from '../ui/Toast.tsx';
import { because, busy } from '../ui/whyNot.ts';
import { shownCounts } from './caseModel.ts';
import styles from './Expand.module.css';
import { ASKED_AT_ONCE, findNeighbours, type LinkGroup, linkGroupsQuery } from './expandQueries.ts';
import { Floating } from './Floating.tsx';
import { useWorkspace } from './workspace.ts';

const amounts = [10, 25, 50, 100];

/** What expanding would bring: counts by type first, then how many. It never floods the chart. */
export function ExpandPopover() {
  const { opened, open, canvas } = useWorkspace();
  if (opened?.what !== 'expand') return null;
  const [id = ''] = opened.ids;
  const pane = document
    .querySelector('[data-region="Chart"], [data-region="Table"]')
    ?.getBoundingClientRect();
  const at = canvas.current?.onPage(id) ?? { x: (pane?.left ?? 0) + 40, y: (pane?.top ?? 0) + 80 };
  return (
    <Floating x={at.x} y={at.y} gap={18} onClose={() => open(null)}>
      <Dialog className={styles.dialog as string} aria-label="Expand">
        {opened.ids.length > ASKED_AT_ONCE ? (
          <header className={styles.head}>
            <h3>Expand {counted(opened.ids.length, 'entity', 'entities')}</h3>
            <p>At most {count(ASKED_AT_ONCE)} are expanded at once: select fewer.</p>
          </header>
        ) : (
          <Choose ids={opened.ids} />
        )}
      </Dialog>
    </Floating>
  );
}

function Choose({ ids }: { ids: readonly string[] }) {
  const { model, add, open } = useWorkspace();
  const { data: groups, error, refetch } = useQuery(linkGroupsQuery(ids));
  const [off, setOff] = useState<ReadonlySet<string> | undefined>(undefined);
  const [most, setMost] = useState('25');
  const [isBusy, setBusy] = useState(false);
  const here = useMemo(() => {
    const all = new Map<string, number>();
    for (const id of ids)
      for (const [key, value] of shownCounts(model.links, id)) all.set(key, (all.get(key) ?? 0) + value);
    return all;
  }, [ids, model.links]);
  const [first = ''] = ids;
  const name =
    ids.length === 1 ? (model.byId.get(first)?.caption ?? 'it') : counted(ids.length, 'entity', 'entities');
  if (error && !groups) return <ReadError error={error} onAgain={() => void refetch()} />;
  if (!groups) return <SkeletonRows count={4} height={28} />;

  const isOff = ({ key, reference }: LinkGroup) => (off ? off.has(key) : reference);
  const chosen = groups.filter((group) => !isOff(group));
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const left = chosen.reduce((sum, group) => sum + Math.max(0, group.count - (here.get(group.key) ?? 0)), 0);
  const flip = (group: LinkGroup, on: boolean) => {
    const next = new Set(off ?? groups.filter((one) => one.reference).map((one) => one.key));
    if (on) next.delete(group.key);
    else next.add(group.key);
    setOff(next);
  };

  const expand = async () => {
    setBusy(true);
    const directions = new Set(chosen.map((group) => group.direction));
    try {
      const { found } = await findNeighbours({
        of: ids,
        types: chosen.length === groups.length ? undefined : chosen.map((group) => group.type),
        direction: directions.size === 1 ? [...directions][0] : 'ANY',
        references: chosen.some((group) => group.reference),
        known: new Set(model.byId.keys()),
        most: Number(most),
      });
      open(null);
      if (found.length === 0) notify({ tone: 'done', title: 'All of these neighbours are in it already' });
      else await add(found);
    } catch (failure) {
      setBusy(false);
      const { title, detail } = explainAct(failure, 'Nothing was added. Try again once it answers.');
      notify({ tone: 'error', title, detail });
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (left > 0 && !isBusy) void expand();
      }}
    >
      <header className={styles.head}>
        <h3>Expand {name}</h3>
        <p>{total === 0 ? 'No relationships are known.' : `${counted(total, 'relationship')} known`}</p>
      </header>
      <div className={styles.groups}>
        {groups.map((group) => (
          <div key={group.key} className={styles.group}>
            <Checkbox isSelected={!isOff(group)} onChange={(on) => flip(group, on)}>
              <span className={classes(styles.name, group.reference && styles.reference)}>
                <Heading direction={group.direction} />
                {group.label}
              </span>
              <span className={styles.count}>
                {count(Math.min(group.count, here.get(group.key) ?? 0))} of <b>{count(group.count)}</b>
              </span>
            </Checkbox>
          </div>
        ))}
      </div>
      {total > 0 && (
        <footer className={styles.foot}>
          <span className={styles.how}>at most</span>
          <Segments
            label="How many at most"
            value={most}
            onChange={setMost}
            choices={amounts.map((amount) => ({ id: String(amount), name: String(amount) }))}
          />
          <Button
            look="primary"
            type="submit"
            autoFocus={left > 0}
            whyNot={because(isBusy && busy, left === 0 && 'All of this choice are on the chart')}
          >
            {left === 0 ? 'All are here' : `Add ${Number(most) < left ? most : `up to ${left}`}`}
          </Button>
        </footer>
      )}
    </form>
  );
}

function Heading({ direction }: { direction: LinkGroup['direction'] }) {
  if (direction === 'IN') return <ArrowLeft aria-label="from others" />;
  if (direction === 'OUT') return <ArrowRight aria-label="to others" />;
  return <ArrowLeftRight aria-label="both ways" />;
}
