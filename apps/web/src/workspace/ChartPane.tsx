import { ChevronDown, Ellipsis } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Canvas } from '../canvas/Canvas.tsx';
import type { CanvasEvents, LayoutName } from '../canvas/graphCanvas.ts';
import { count, counted, ofTotal } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu, MenuDivider, MenuItem } from '../ui/Menu.tsx';
import { EmptyState } from '../ui/State.tsx';
import { ActIcon, ActItem } from './ActButton.tsx';
import { around, chartNodes, linkCount } from './caseModel.ts';
import { EmptyCase } from './EmptyCase.tsx';
import { useHover } from './hover.ts';
import { showInspector, useTight } from './narrow.ts';
import styles from './Pane.module.css';
import { PaneTitle } from './PaneTitle.tsx';
import { useCamera } from './useCamera.ts';
import { useWorkspace } from './workspace.ts';

const layoutNames: Record<LayoutName, string> = { force: 'Force', circle: 'Circle', grid: 'Grid' };

/** The chart of an investigation: tools above, what is drawn and how certain it is below. */
export function ChartPane() {
  const workspace = useWorkspace();
  const { model, selection, lead, state, set, canvas, tool, isFading, locked, arrange, open, select } =
    workspace;
  const pane = useRef<HTMLElement>(null);
  const isTight = useTight(pane, 470);
  const hovered = useHover((hover) => hover.id);
  const setHovered = useHover((hover) => hover.set);
  // Nodes and links stay the same objects while only the selection changes: the chart is told of what is new alone.
  const nodes = useMemo(() => chartNodes(model), [model]);
  const leadFirst = useMemo(
    () => (lead ? [lead.id, ...selection.filter((id) => id !== lead.id)] : selection),
    [lead, selection],
  );
  const emphasis = useMemo(
    () => (isFading && selection.length > 0 ? around(model.shownLinks, selection) : null),
    [isFading, selection, model.shownLinks],
  );
  const { first, onCamera, ratio } = useCamera(state.cam, set, canvas);

  const onMoved = ({ from, to }: CanvasEvents['moved']) => {
    if (locked !== undefined) {
      canvas.current?.place(from);
      return;
    }
    void arrange(
      to.map(({ id, x, y }) => ({ entityId: id, x, y })),
      from,
    );
  };

  return (
    <section ref={pane} className={styles.pane} aria-label="Chart" data-region="Chart">
      <header className={styles.head}>
        <PaneTitle pane="chart" />
        <span className={styles.space} />
        {!isTight && (
          <>
            <ActIcon act="chart.select" on={tool === 'select'} />
            <ActIcon act="chart.lasso" on={tool === 'lasso'} />
            <ActIcon act="chart.hand" on={tool === 'hand'} />
            <span className={styles.divider} />
            <ActIcon act="chart.fit" />
            <ActIcon act="chart.fitSelection" />
            <ActIcon act="chart.pin" on={lead?.pinned ?? false} />
            <ActIcon act="chart.hide" />
            <span className={styles.divider} />
            <Menu
              label="Layout"
              placement="bottom end"
              trigger={
                <Button look="quiet" height={26}>
                  {layoutNames[state.layout as LayoutName] ?? 'Force'} layout
                  <ChevronDown aria-hidden style={{ width: 14, height: 14 }} />
                </Button>
              }
            >
              <ActItem act="chart.layout.force" />
              <ActItem act="chart.layout.circle" />
              <ActItem act="chart.layout.grid" />
            </Menu>
          </>
        )}
        <Menu
          label="More of the chart"
          placement="bottom end"
          trigger={
            <IconButton label="More of the chart" size={26}>
              <Ellipsis />
            </IconButton>
          }
        >
          {isTight && (
            <>
              <ActItem act="chart.select" />
              <ActItem act="chart.lasso" />
              <ActItem act="chart.hand" />
              <MenuDivider />
              <ActItem act="chart.fit" />
              <ActItem act="chart.fitSelection" />
              <ActItem act="chart.pin" />
              <ActItem act="chart.hide" />
              <MenuDivider />
              <ActItem act="chart.layout.force" />
              <ActItem act="chart.layout.circle" />
              <ActItem act="chart.layout.grid" />
              <MenuDivider />
            </>
          )}
          <ActItem act="find.paths" />
          <ActItem act="find.common" />
          <MenuDivider />
          <ActItem act="chart.fade" />
          <ActItem act="view.references" />
          <ActItem act="chart.showHidden" />
          <MenuDivider />
          <ActItem act="selection.all" />
          <ActItem act="edit.add" />
          <ActItem act="edit.newEntity" />
        </Menu>
      </header>
      <div className={styles.stage}>
        <Canvas
          ref={canvas}
          nodes={nodes}
          links={model.shownLinks as (typeof model.shownLinks)[number][]}
          selection={leadFirst}
          emphasis={emphasis}
          highlighted={hovered}
          tool={tool}
          camera={first}
          onSelect={select}
          onOpen={(id) => {
            if (!selection.includes(id)) select([id]);
            showInspector();
          }}
          onHover={setHovered}
          onMoved={onMoved}
          onPlaced={workspace.onPlaced}
          onCamera={onCamera}
          onMenu={({ id, x, y }) => {
            if (id && !selection.includes(id)) select([id]);
            open({ what: 'menu', id, x, y });
          }}
          onLink={(id) => open({ what: 'relationship', id })}
        />
        {model.gone.length === model.entities.length && (
          <div className={styles.empty}>
            {model.entities.length === 0 ? (
              <EmptyCase />
            ) : (
              <EmptyState title="Nothing to draw">
                None of what is in the investigation stands in a dataset that you see. The table lists it.
              </EmptyState>
            )}
          </div>
        )}
        <div className={styles.zoom}>
          <ActIcon act="chart.zoomOut" size={24} />
          <span className={styles.percent}>{Math.round(100 / ratio)} %</span>
          <ActIcon act="chart.zoomIn" size={24} />
        </div>
      </div>
      <ChartFoot isTight={isTight} />
    </section>
  );
}

function ChartFoot({ isTight }: { isTight: boolean }) {
  const { model, arrange, locked } = useWorkspace();
  const { hidden } = model;
  return (
    <footer className={styles.foot}>
      <span>
        {model.shownLinks.length === model.links.length
          ? counted(linkCount(model.links), 'link')
          : `${ofTotal(linkCount(model.shownLinks), linkCount(model.links))} links`}
        {linkCount(model.shownLinks) > model.shownLinks.length &&
          ` in ${counted(model.shownLinks.length, 'line')}`}
      </span>
      {hidden.length > 0 && (
        <Menu
          label="Hidden"
          note={locked}
          placement="top start"
          trigger={<AriaButton className={styles.link as string}>{count(hidden.length)} hidden</AriaButton>}
        >
          <ActItem act="chart.showHidden" name="Show all hidden" />
          <MenuDivider />
          {hidden.slice(0, 30).map((entity) => (
            <MenuItem
              key={entity.id}
              whyNot={locked}
              onAction={() => void arrange([{ entityId: entity.id, hidden: false }])}
            >
              {entity.caption}
            </MenuItem>
          ))}
        </Menu>
      )}
      {!isTight && <Legend />}
    </footer>
  );
}

/** How certainty is drawn, as the chart draws it. */
function Legend() {
  const line = (dash: string) => (
    <svg width="18" height="8" viewBox="0 0 18 8" aria-hidden="true">
      <line x1="0" y1="4" x2="18" y2="4" stroke="currentColor" strokeWidth="1.75" strokeDasharray={dash} />
    </svg>
  );
  return (
    <span className={styles.legend}>
      <span>{line('')} 2+ sources</span>
      <span>{line('5 3')} one</span>
      <span>{line('1.5 2.5')} inferred</span>
      <span>
        <svg width="9" height="9" viewBox="0 0 9 9" className={styles.corner} aria-hidden="true">
          <path d="M.5.5h8v8z" />
        </svg>
        disagree
      </span>
    </span>
  );
}
