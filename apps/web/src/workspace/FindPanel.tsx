import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight, Check, Minus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { whileDown } from '../api/queryClient.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { counted } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Checkbox, Select } from '../ui/Field.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import { busy } from '../ui/whyNot.ts';
import type { Found } from './expandQueries.ts';
import styles from './Find.module.css';
import { commonQuery, type FoundPath, type PathsAnswer, pathsQuery } from './findQueries.ts';
import { useWorkspace } from './workspace.ts';

const hops = [1, 2, 3, 4, 5, 6].map((many) => ({ id: String(many), name: counted(many, 'hop') }));
const amounts = [1, 3, 5, 10, 20].map((many) => ({ id: String(many), name: `${many} shortest` }));

/** What lies between entities: paths, or neighbours they share. Stands in the inspector until it is closed. */
export function FindPanel() {
  const { finding, find } = useWorkspace();
  if (!finding) return null;
  const close = () => find(null);
  return finding.what === 'paths' ? (
    <Paths key={finding.ids.join()} from={finding.ids[0] ?? ''} to={finding.ids[1] ?? ''} onClose={close} />
  ) : (
    <Common key={finding.ids.join()} ids={finding.ids} onClose={close} />
  );
}

function Paths({ from, to, onClose }: { from: string; to: string; onClose(): void }) {
  const { model, at } = useWorkspace();
  const [maxHops, setHops] = useState('4');
  const [k, setK] = useState('5');
  const [references, setReferences] = useState(false);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const { data, error, isPending, isPlaceholderData, isFetching, refetch } = useQuery({
    ...pathsQuery({ from, to, maxHops: Number(maxHops), k: Number(k), references }, at),
    placeholderData: keepPreviousData,
    refetchInterval: whileDown,
  });
  const name = (id: string) => model.byId.get(id)?.caption ?? 'an entity';
  const byId = new Map<string, Found>(data?.entities.map((entity) => [entity.id, entity]));
  const all = data ? [...new Set(data.paths.flatMap((path) => path.entityIds))] : [];
  return (
    <Panel title="Paths" about={`${name(from)} to ${name(to)}`} onClose={onClose}>
      <div className={styles.asks}>
        <Select label="At most" small choices={hops} value={maxHops} onChange={setHops} />
        <Select label="How many" small choices={amounts} value={k} onChange={setK} />
        <Checkbox isSelected={references} onChange={setReferences}>
          Through references too: what a record only names in a field
        </Checkbox>
      </div>
      {isPending && <SkeletonRows count={4} height={36} />}
      {error && <ReadError error={error} isBusy={isFetching} onAgain={() => void refetch()} />}
      {data && !error && (
        <div className={classes(isPlaceholderData && styles.stale)}>
          <p className={styles.bound} role="status">
            {boundOf(data, Number(maxHops))}
          </p>
          {all.length > 0 && <AddAll ids={all} byId={byId} />}
          <ol className={styles.list} aria-label="Paths, shortest first">
            {data.paths.map((path, index) => (
              <PathRow
                key={`${path.entityIds.join()} ${path.links.map((link) => link.type).join()}`}
                path={path}
                byId={byId}
                isOpen={opened === index}
                onOpen={() => setOpened(index)}
              />
            ))}
          </ol>
        </div>
      )}
    </Panel>
  );
}

/** What the answer covers, and what it does not. */
function boundOf({ bounded, paths }: PathsAnswer, maxHops: number): string {
  const within = `within ${counted(maxHops, 'hop')}`;
  if (!bounded.complete && bounded.reason === 'visited')
    return `${counted(paths.length, 'path')} found; the search stopped at its limit before everything ${within} was read. Fewer hops are read in full.`;
  if (paths.length === 0) return `No path ${within}. More hops may find one.`;
  if (!bounded.complete)
    return `The ${counted(paths.length, 'shortest path', 'shortest paths')} ${within}; there may be more of them.`;
  return `All ${counted(paths.length, 'path')} ${within}.`;
}

function PathRow({
  path,
  byId,
  isOpen,
  onOpen,
}: {
  path: FoundPath;
  byId: ReadonlyMap<string, Found>;
  isOpen: boolean;
  onOpen(): void;
}) {
  const { model, select } = useWorkspace();
  const missing = path.entityIds.filter((id) => !model.byId.has(id));
  return (
    <li className={classes(styles.path, isOpen && styles.open)}>
      <header>
        <h3>{counted(path.hops, 'hop')}</h3>
        <span className={styles.space} />
        {missing.length < path.entityIds.length && (
          <Button
            look="quiet"
            height={24}
            onPress={() => {
              onOpen();
              select(path.entityIds.filter((id) => model.byId.has(id)));
            }}
          >
            Select
          </Button>
        )}
        {missing.length > 0 ? <AddAll ids={path.entityIds} byId={byId} isOne /> : <Here />}
      </header>
      <p className={styles.steps}>
        {path.entityIds.map((id, place) => {
          const link = path.links[place - 1];
          return (
            <span key={id} className={styles.step}>
              {link && (
                <span className={classes(styles.link, link.reference && styles.reference)}>
                  {!link.directed ? (
                    <Minus aria-label="and" />
                  ) : link.target === id ? (
                    <ArrowRight aria-label="to" />
                  ) : (
                    <ArrowLeft aria-label="from" />
                  )}
                  {link.label}
                  {link.relationshipIds.length > 1 && ` ×${link.relationshipIds.length}`}
                </span>
              )}
              <span className={styles.entity}>
                <TypeBadge schema={byId.get(id)?.schema ?? 'Thing'} size={16} labelled={false} />
                <bdi>{byId.get(id)?.caption ?? 'not in any dataset you see'}</bdi>
              </span>
            </span>
          );
        })}
      </p>
    </li>
  );
}

function Common({ ids, onClose }: { ids: readonly string[]; onClose(): void }) {
  const { model, at, select } = useWorkspace();
  const [references, setReferences] = useState(false);
  const { data, error, isPending, isFetching, refetch } = useQuery({
    ...commonQuery(ids, references, at),
    placeholderData: keepPreviousData,
    refetchInterval: whileDown,
  });
  const names = ids.slice(0, 3).map((id) => model.byId.get(id)?.caption ?? 'an entity');
  const byId = new Map<string, Found>(data?.neighbours.map(({ entity }) => [entity.id, entity]));
  const { bounded } = data ?? {};
  return (
    <Panel
      title="Common neighbours"
      about={names.join(', ') + (ids.length > 3 ? ` and ${ids.length - 3} more` : '')}
      onClose={onClose}
    >
      <div className={styles.asks}>
        <Checkbox isSelected={references} onChange={setReferences}>
          Through references too: what a record only names in a field
        </Checkbox>
      </div>
      {isPending && <SkeletonRows count={4} height={36} />}
      {error && <ReadError error={error} isBusy={isFetching} onAgain={() => void refetch()} />}
      {data && bounded && (
        <>
          <p className={styles.bound} role="status">
            {data.neighbours.length === 0
              ? 'Nothing is linked to all of them.'
              : bounded.complete
                ? `All ${counted(data.neighbours.length, 'entity', 'entities')} linked to all of them.`
                : `${data.neighbours.length} of at least ${bounded.total}: the answer is bounded.`}
          </p>
          {data.neighbours.length > 0 && <AddAll ids={[...byId.keys()]} byId={byId} />}
          <ul className={styles.list} aria-label="Common neighbours">
            {data.neighbours.map(({ entity, links }) => (
              <li key={entity.id} className={styles.path}>
                <header>
                  <span className={styles.entity}>
                    <TypeBadge schema={entity.schema} size={16} />
                    <bdi>{entity.caption}</bdi>
                  </span>
                  <span className={styles.space} />
                  {model.byId.has(entity.id) ? (
                    <Button look="quiet" height={24} onPress={() => select([...ids, entity.id])}>
                      Select
                    </Button>
                  ) : (
                    <AddAll ids={[entity.id]} byId={byId} isOne />
                  )}
                </header>
                <p className={styles.meta}>{[...new Set(links.map((link) => link.label))].join(', ')}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** Puts what was found on the chart, and selects it. */
function AddAll({
  ids,
  byId,
  isOne,
}: {
  ids: readonly string[];
  byId: ReadonlyMap<string, Found>;
  isOne?: boolean;
}) {
  const { model, add, select, locked } = useWorkspace();
  const [isBusy, setBusy] = useState(false);
  const missing = ids.flatMap((id) => (model.byId.has(id) ? [] : (byId.get(id) ?? [])));
  if (missing.length === 0) return isOne ? null : <Here />;
  const put = async () => {
    setBusy(true);
    if (await add(missing)) select([...ids]);
    setBusy(false);
  };
  return (
    <Button
      look={isOne ? 'plain' : 'primary'}
      height={isOne ? 24 : 26}
      whyNot={isBusy ? busy : locked}
      onPress={() => void put()}
      className={(isOne ? undefined : styles.all) as string}
    >
      {isOne ? 'Add to chart' : `Add all to chart, ${missing.length} new`}
    </Button>
  );
}

function Here() {
  return (
    <span className={styles.here}>
      <Check aria-hidden /> on the chart
    </span>
  );
}

function Panel({
  title,
  about,
  onClose,
  children,
}: {
  title: string;
  about: string;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel} aria-label={title}>
      <header className={styles.head}>
        <div>
          <h2>{title}</h2>
          <p className={styles.meta}>{about}</p>
        </div>
        <IconButton label={`Close ${title.toLowerCase()}`} onPress={onClose}>
          <X />
        </IconButton>
      </header>
      {children}
    </section>
  );
}
