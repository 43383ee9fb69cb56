import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Plus, Upload } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-aria-components';
import { Keys } from '../../actions/Keys.tsx';
import { keyFor } from '../../actions/registry.ts';
import { viewerQuery } from '../../api/viewer.ts';
import { when } from '../../format/dates.ts';
import { count, counted, ofTotal } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { useTried } from '../../frame/tried.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Marking, Tag } from '../../ui/Chip.tsx';
import { classes } from '../../ui/classes.ts';
import { More } from '../../ui/More.tsx';
import { Avatar } from '../../ui/State.tsx';
import { Segments } from '../../ui/Tabs.tsx';
import page from '../Page.module.css';
import { Begin, FirstRun, Steps } from './FirstRun.tsx';
import styles from './Home.module.css';
import { type InvestigationRow, investigationsQuery } from './homeQueries.ts';
import { Jobs } from './Jobs.tsx';
import { NewInvestigation } from './NewInvestigation.tsx';
import { SinceYouLooked } from './SinceYouLooked.tsx';

/** The start: my investigations with what changed, running jobs; on the first day the sample and five things to try. */
export default function Home() {
  const { data: viewer } = useSuspenseQuery(viewerQuery);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useSuspenseInfiniteQuery(investigationsQuery);
  const [isBeginning, setBeginning] = useState(false);
  const [shown, setShown] = useState('open');
  const all = data.rows;
  const open = all.filter((one) => !one.archived);
  const archived = all.filter((one) => one.archived);
  const own = open.filter((one) => !one.readOnly);
  const sample = all.find((one) => one.readOnly);
  const isFirst = own.length === 0 && archived.length === 0 && !hasNextPage;
  const changed = open.filter((one) => one.changesSinceSeen > 0);
  const tried = useTried();
  const showsSteps =
    !tried.has('hide') &&
    (['search', 'expand', 'source', 'judge', 'undo'] as const).some((step) => !tried.has(step));
  const sum = changed.reduce((total, one) => total + one.changesSinceSeen, 0);
  return (
    <div className={page.page}>
      <Top
        title="Summit"
        beside={viewer.tenant.name !== 'Summit' && <span className="crumb">{viewer.tenant.name}</span>}
        acts={
          <>
            <ButtonLink href={paths.import()} icon={<Upload />}>
              Import
            </ButtonLink>
            <Button look="primary" icon={<Plus />} onPress={() => setBeginning(true)}>
              New investigation
            </Button>
          </>
        }
      />
      <div className={page.body} data-region="Investigations">
        <div className={page.head}>
          <div>
            <h2 className={page.title}>Investigations</h2>
            <p className={page.lead}>
              {isFirst
                ? 'One so far, made for learning. Yours will stand here with what changed since you last looked.'
                : sum === 0
                  ? 'Nothing changed since you last looked.'
                  : `${counted(sum, 'change')} in ${changed.length} of them since you last looked`}
            </p>
          </div>
          {!isFirst && (
            <Segments
              label="Which investigations"
              value={shown}
              onChange={setShown}
              choices={[
                { id: 'open', name: 'Open', ...(!hasNextPage && { count: open.length }) },
                { id: 'archived', name: 'Closed', ...(!hasNextPage && { count: archived.length }) },
              ]}
            />
          )}
        </div>
        {isFirst ? (
          <FirstRun sample={sample} onNew={() => setBeginning(true)} />
        ) : (
          <>
            <Investigations
              rows={shown === 'open' ? open : archived}
              unread={data.total - all.length}
              isReading={isFetchingNextPage}
              onMore={hasNextPage ? () => void fetchNextPage() : undefined}
            />
            {(open.length <= 6 || showsSteps) && (
              <div className={classes(styles.later, showsSteps && styles.laterWithSteps)}>
                <Begin onNew={() => setBeginning(true)} />
                {showsSteps && <Steps />}
              </div>
            )}
          </>
        )}
      </div>
      <aside className={page.side} aria-label="Jobs and changes" data-region="Jobs and changes">
        <Jobs />
        <SinceYouLooked />
        <section aria-label="Keys worth knowing">
          <header className={page.sectionHead}>
            <h2>Keys worth knowing</h2>
          </header>
          <ul className={styles.keys}>
            {[
              ['Search or run anything', keyFor('palette.open') ?? 'Mod+K'],
              ['Undo your last act, whatever it was', 'Mod+Z'],
              ['Next region of the page', keyFor('region.next') ?? 'F6'],
              ['All keys', keyFor('help.keys') ?? '?'],
            ].map(([name = '', keys = '']) => (
              <li key={name}>
                {name} <Keys combination={keys} />
              </li>
            ))}
          </ul>
        </section>
      </aside>
      <StatusLine>
        {hasNextPage
          ? `${ofTotal(all.length, data.total)} investigations read, open and closed`
          : counted(open.length, 'investigation')}
      </StatusLine>
      <NewInvestigation isOpen={isBeginning} onClose={() => setBeginning(false)} />
    </div>
  );
}

type ListProps = {
  rows: InvestigationRow[];
  /** Not read yet, open or closed: how many of them belong here is not known. */
  unread: number;
  isReading: boolean;
  onMore: (() => void) | undefined;
};

function Investigations({ rows, unread, isReading, onMore }: ListProps) {
  return (
    <>
      <table className={classes(page.table, styles.list)}>
        <thead>
          <tr>
            <th scope="col">Name, and what changed</th>
            <th scope="col" className={classes(page.num, styles.narrow)}>
              Changes
            </th>
            <th scope="col" className={classes(page.num, styles.narrow)}>
              Entities
            </th>
            <th scope="col" className={styles.with}>
              With
            </th>
            <th scope="col" className={classes(page.num, styles.when)}>
              Changed
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
      <div className={page.foot}>
        {rows.length === 0 && !onMore ? (
          'None here.'
        ) : (
          <More
            shown={rows.length}
            total={rows.length + unread}
            bound={onMore && 'most'}
            isReading={isReading}
            onMore={onMore}
          />
        )}
      </div>
    </>
  );
}

function Row({ row }: { row: InvestigationRow }) {
  const router = useRouter();
  const { data: viewer } = useSuspenseQuery(viewerQuery);
  const others = row.members.filter((member) => member.user.id !== viewer.id);
  const isIn = others.length < row.members.length;
  return (
    <tr className={styles.row} onClick={() => router.history.push(paths.investigation(row.id))}>
      <td>
        <Link href={paths.investigation(row.id)} className={styles.name as string}>
          {row.title}
        </Link>{' '}
        {row.readOnly ? <Tag>read-only</Tag> : <Marking value={row.marking} />}
        <p className={page.meta}>
          {row.changesSinceSeen > 0
            ? `${counted(row.changesSinceSeen, 'change')} since you looked`
            : (row.description ?? 'no change')}
        </p>
      </td>
      <td className={classes(page.num, row.changesSinceSeen > 0 ? styles.changed : styles.unchanged)}>
        {count(row.changesSinceSeen)}
      </td>
      <td className={page.num}>{count(row.itemCount)}</td>
      <td>
        <span className={styles.avatars}>
          {row.readOnly ? (
            <span className={page.meta}>everybody</span>
          ) : (
            <>
              {others.slice(0, 4).map((member) => (
                <Avatar key={member.user.id} name={member.user.name} />
              ))}
              {others.length > 4 && <span className={page.meta}>+{others.length - 4}</span>}
              {others.length === 0 && (
                <span className={page.meta}>{isIn ? 'you; others may read' : 'nobody; you may read'}</span>
              )}
              {others.length > 0 && !isIn && <span className={page.meta}>not you</span>}
            </>
          )}
        </span>
      </td>
      <td className={classes(page.num, styles.unchanged)}>{when(row.changedAt)}</td>
    </tr>
  );
}
