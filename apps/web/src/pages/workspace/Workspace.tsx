import { getRouteApi } from '@tanstack/react-router';
import { Columns2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useOpenCase } from '../../actions/openCase.ts';
import { explain } from '../../api/apiError.ts';
import { ofTotal } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Marking, Tag } from '../../ui/Chip.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ErrorState } from '../../ui/State.tsx';
import { AsOf } from '../../workspace/AsOf.tsx';
import { CaseMenu } from '../../workspace/CaseMenu.tsx';
import { ChartPane } from '../../workspace/ChartPane.tsx';
import { ContextMenu } from '../../workspace/ContextMenu.tsx';
import { CopyToWork } from '../../workspace/CopyToWork.tsx';
import { useMarkSeen } from '../../workspace/caseActs.ts';
import { Dialogs } from '../../workspace/Dialogs.tsx';
import { ExpandPopover } from '../../workspace/ExpandPopover.tsx';
import { FilterRow } from '../../workspace/FilterRow.tsx';
import { GraphNotice } from '../../workspace/GraphNotice.tsx';
import { Inspector } from '../../workspace/Inspector.tsx';
import { useNarrow, useSheetOfPage } from '../../workspace/narrow.ts';
import { People } from '../../workspace/People.tsx';
import { TablePane } from '../../workspace/TablePane.tsx';
import { useWorkspaceActions } from '../../workspace/useWorkspaceActions.ts';
import { useWorkspaceModel } from '../../workspace/useWorkspaceModel.ts';
import { type Workspace as Shared, WorkspaceContext } from '../../workspace/workspace.ts';
import page from '../Page.module.css';
import { NotFoundPage } from '../PageError.tsx';
import { Loading } from './Loading.tsx';
import styles from './Workspace.module.css';

const route = getRouteApi('/app/i/$id');

/** The workspace of one investigation: chart and table with one selection, the inspector beside them. */
export default function Workspace() {
  const { id } = route.useParams();
  // No investigation is called so: there is nothing to ask for.
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return <NotFoundPage />;
  return <Case key={id} id={id} />;
}

function Case({ id }: { id: string }) {
  const { workspace, isMissing, error, retry } = useWorkspaceModel(id);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  if (isMissing) return <NotFoundPage />;
  if (workspace) return <Known workspace={workspace} />;
  if (!error) return <Loading />;
  const { title, detail, requestId } = explain(error);
  return (
    <div className={page.narrow} data-region="Page">
      <Top title="Investigation" />
      <ErrorState
        title={title}
        requestId={requestId}
        acts={
          <>
            <Button look="edged" onPress={retry}>
              Try again
            </Button>
            {search.at && (
              <Button onPress={() => void navigate({ search: { ...search, at: undefined } })}>
                Return to now
              </Button>
            )}
            <ButtonLink look="quiet" href={paths.home()}>
              Go home
            </ButtonLink>
          </>
        }
      >
        {detail}
      </ErrorState>
    </div>
  );
}

function Known({ workspace }: { workspace: Shared }) {
  useWorkspaceActions(workspace);
  const { data, model, state, selection, at } = workspace;
  const { mutate: markSeen } = useMarkSeen();
  const seen = useRef(false);
  useEffect(() => {
    if (seen.current || at) return;
    seen.current = true;
    markSeen({ investigationId: data.id });
  }, [at, data.id, markSeen]);
  const setOpenCase = useOpenCase((store) => store.set);
  const { add, select, locked } = workspace;
  useEffect(() => {
    setOpenCase({
      title: data.title,
      locked,
      has: (one) => model.byId.has(one),
      select: (one) => select([one]),
      add: (entity) =>
        void add([
          {
            ...entity,
            lastSeen: null,
            datasets: entity.datasets.map((one) => ({ ...one, kind: 'SOURCE' })),
          },
        ]).then((done) => done && select([entity.id])),
    });
  }, [data.title, locked, model, select, add, setOpenCase]);
  useEffect(() => () => setOpenCase(null), [setOpenCase]);
  const isNarrow = useNarrow();
  useSheetOfPage();
  const shownPanes = isNarrow ? [workspace.front] : state.panes;
  const panes = shownPanes.map((pane) => ({
    id: pane,
    body: pane === 'chart' ? <ChartPane /> : <TablePane />,
    ...(shownPanes.length === 2 ? { share: pane === 'chart' ? 55 : 45 } : {}),
  }));
  return (
    <WorkspaceContext value={workspace}>
      <Top
        title={data.title}
        name={<CaseMenu />}
        beside={
          <>
            <Marking value={data.marking} />
            {data.readOnly && <Tag>read-only</Tag>}
            {data.archived && <Tag>closed</Tag>}
            {workspace.locked && !at && !data.readOnly && !data.archived && <Tag>view only</Tag>}
          </>
        }
        acts={
          <>
            {data.readOnly && !at && <CopyToWork />}
            <AsOf />
            <People />
          </>
        }
      />
      <div className={styles.workspace}>
        <div className={styles.stage}>
          <FilterRow />
          <GraphNotice at={at} />
          <div className={styles.panes}>
            <SplitPane key={shownPanes.join()} panes={panes} least={300} />
          </div>
        </div>
        <Inspector />
      </div>
      <StatusLine>
        <span className={styles.shown}>
          <Columns2 aria-hidden />
          {ofTotal(model.shown.length, model.entities.length)} shown
        </span>
        {selection.length > 0 && <span>{selection.length} selected</span>}
        {at && <span className={styles.past}>reading the past</span>}
      </StatusLine>
      <ExpandPopover />
      <ContextMenu />
      <Dialogs />
    </WorkspaceContext>
  );
}
