import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { entityType } from '../entity/entityTypes.ts';
import { counted } from '../format/numbers.ts';
import { onThemeChange } from '../frame/theme.ts';
import styles from './Canvas.module.css';
import type { CanvasEvents, CanvasLink, CanvasNode, GraphCanvas, Place, Tool } from './graphCanvas.ts';
import { type Heading, neighbourTowards } from './neighbours.ts';
import { SigmaCanvas } from './sigmaCanvas.ts';

type Props = {
  nodes: CanvasNode[];
  links: CanvasLink[];
  /** Lead first. */
  selection: readonly string[];
  /** Shown at full strength; the rest fades. Null fades nothing. */
  emphasis?: readonly string[] | null;
  highlighted?: string | null;
  tool?: Tool;
  camera?: { x: number; y: number; ratio: number } | undefined;
  onSelect(ids: string[]): void;
  onOpen?(id: string): void;
  onHover?(id: string | null): void;
  onMoved?(moved: CanvasEvents['moved']): void;
  /** New entities found their places: worth keeping. */
  onPlaced?(places: Place[]): void;
  onCamera?(camera: CanvasEvents['camera']): void;
  onMenu?(menu: CanvasEvents['menu']): void;
  onLink?(id: string): void;
  ref?: Ref<GraphCanvas>;
};

/**
 * The chart with its twin for assistive technology: a focusable list of the same selection in which arrows walk to
 * neighbours, Shift extends, Enter opens. What the canvas can do, the twin can do.
 */
export function Canvas(props: Props) {
  const { nodes, links, selection, emphasis = null, highlighted = null, tool = 'select', ref } = props;
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<SigmaCanvas | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const listId = useId();

  useLayoutEffect(() => {
    const chart = new SigmaCanvas(stage.current as HTMLDivElement);
    canvas.current = chart;
    const { camera } = latest.current;
    if (camera) chart.setCamera(camera);
    const off = [
      chart.on('select', ({ ids }) => latest.current.onSelect(ids)),
      chart.on('open', ({ id }) => latest.current.onOpen?.(id)),
      chart.on('hover', ({ id }) => latest.current.onHover?.(id)),
      chart.on('moved', (moved) => latest.current.onMoved?.(moved)),
      chart.on('camera', (moved) => latest.current.onCamera?.(moved)),
      chart.on('menu', (menu) => latest.current.onMenu?.(menu)),
      chart.on('link', ({ id }) => latest.current.onLink?.(id)),
      onThemeChange(() => chart.recolour()),
    ];
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(stage.current as HTMLDivElement);
    return () => {
      sizes.disconnect();
      for (const stop of off) stop();
      chart.destroy();
      canvas.current = null;
    };
  }, []);
  useImperativeHandle(ref, () => canvas.current as unknown as GraphCanvas, []);

  useEffect(() => {
    const { camera } = latest.current;
    let isCurrent = true;
    void canvas.current?.setGraph(nodes, links).then((placed) => {
      if (!isCurrent) return;
      if (camera) canvas.current?.setCamera(camera);
      if (placed.length > 0) latest.current.onPlaced?.(placed);
    });
    return () => {
      isCurrent = false;
    };
  }, [nodes, links]);
  // Both name entities, so they are told again when the entities change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => canvas.current?.setSelection(selection), [selection, nodes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => canvas.current?.fadeOthers(emphasis), [emphasis, nodes]);
  useEffect(() => canvas.current?.highlight(highlighted), [highlighted]);
  useEffect(() => canvas.current?.setTool(tool), [tool]);

  const byId = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes]);
  const neighboursOf = useMemo(() => {
    const map = new Map<string, Set<string>>();
    const add = (from: string, to: string) => {
      const known = map.get(from);
      if (known) known.add(to);
      else map.set(from, new Set([to]));
    };
    for (const { source, target } of links) {
      add(source, target);
      add(target, source);
    }
    return (id: string) => [...(map.get(id) ?? [])];
  }, [links]);

  const lead = selection[0] ?? nodes.find((node) => !node.hidden)?.id;
  const listed = useMemo(() => {
    const ids = new Set([
      ...(lead ? [lead] : []),
      ...selection,
      ...(lead ? neighboursOf(lead).slice(0, 60) : []),
    ]);
    return [...ids].flatMap((id) => byId.get(id) ?? []);
  }, [lead, selection, neighboursOf, byId]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!lead || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key.startsWith('Arrow')) {
      event.preventDefault();
      const places = new Map(canvas.current?.places().map((place) => [place.id, place]));
      const from = places.get(lead);
      const around = neighboursOf(lead).flatMap((id) => (byId.get(id)?.hidden ? [] : (places.get(id) ?? [])));
      const next =
        from && (selection.length === 0 ? lead : neighbourTowards(from, around, event.key as Heading));
      if (next) props.onSelect(event.shiftKey ? [next, ...selection.filter((id) => id !== next)] : [next]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      props.onOpen?.(lead);
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && props.onMenu) {
      event.preventDefault();
      const box = (stage.current as HTMLDivElement).getBoundingClientRect();
      const at = canvas.current?.onPage(lead) ?? { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      props.onMenu({ id: lead, ...at });
    }
  };

  return (
    <div
      className={styles.canvas}
      role="listbox"
      data-single-keys
      tabIndex={0}
      aria-multiselectable="true"
      aria-label={`Chart of ${nodes.length} entities. Arrow keys walk to neighbours, Shift extends, Enter opens details.`}
      aria-activedescendant={lead ? `${listId}-${lead}` : undefined}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      <div ref={stage} className={styles.stage} role="presentation" aria-hidden="true" />
      <div className={styles.twin} role="presentation">
        {listed.map((node) => (
          <div
            key={node.id}
            id={`${listId}-${node.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={selection.includes(node.id)}
          >
            {`${node.caption}, ${entityType(node.schema).name}, ${counted(node.degree ?? 0, 'link')}${node.pinned ? ', pinned' : ''}${
              node.disagree ? ', sources disagree' : ''
            }`}
          </div>
        ))}
      </div>
    </div>
  );
}
