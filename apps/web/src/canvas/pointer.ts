import type Graph from 'graphology';
import type Sigma from 'sigma';
import type { MouseCoords } from 'sigma/types';
import type { CanvasEvents, Place, Tool } from './graphCanvas.ts';
import { distanceToLine, isInside, type Point } from './lasso.ts';
import { type LinkData, type NodeData, see, type View } from './scene.ts';

/** What the pointer acts on. */
export type Chart = {
  host: HTMLElement;
  graph: Graph<NodeData, LinkData>;
  sigma: Sigma<NodeData, LinkData>;
  view: View;
  /** World units from the middle of the world's square to its edge. */
  world: number;
  emit<Name extends keyof CanvasEvents>(name: Name, event: CanvasEvents[Name]): void;
  highlight(id: string | null): void;
  /** Paints names, rings and the lasso again, over the picture that stands. */
  paint(): void;
};

/** Click, drag, lasso and menu: what a hand does on the chart becomes its events. */
export class Pointer {
  private readonly chart: Chart;
  #tool: Tool = 'select';
  #drag: { from: Place[]; start: Point; moved: boolean } | null = null;
  #lasso: { points: Point[]; extend: boolean; done: boolean } | null = null;

  constructor(chart: Chart) {
    this.chart = chart;
    this.#listen();
  }

  /** The trace of a lasso, until the next act. */
  get trace(): readonly Point[] | undefined {
    return this.#lasso?.points;
  }

  set tool(tool: Tool) {
    this.#tool = tool;
    this.#lasso = null;
    this.chart.host.style.cursor = tool === 'lasso' ? 'crosshair' : tool === 'hand' ? 'grab' : 'default';
  }

  #listen(): void {
    const { sigma, host, highlight, emit } = this.chart;
    sigma.on('enterNode', ({ node }) => {
      highlight(node);
      emit('hover', { id: node });
      if (this.#tool === 'select') host.style.cursor = 'pointer';
    });
    sigma.on('leaveNode', () => {
      highlight(null);
      emit('hover', { id: null });
      if (this.#tool === 'select') host.style.cursor = 'default';
    });
    sigma.on('downNode', ({ node, event }) => this.#takeHold(node, event));
    sigma.on('downStage', ({ event }) => {
      if (isSecondary(event)) return;
      const isLasso = this.#tool === 'lasso' || (this.#tool === 'select' && event.original.shiftKey);
      this.#lasso = isLasso
        ? { points: [{ x: event.x, y: event.y }], extend: isExtending(event), done: false }
        : null;
    });
    sigma.on('moveBody', ({ event, preventSigmaDefault }) => {
      if (this.#lasso && !this.#lasso.done) {
        preventSigmaDefault();
        this.#lasso.points.push({ x: event.x, y: event.y });
        this.chart.paint();
      } else if (this.#drag) {
        preventSigmaDefault();
        event.original.preventDefault();
        this.#dragTo(event);
      }
    });
    const release = () => this.#release();
    sigma.getMouseCaptor().on('mouseup', release);
    sigma.getTouchCaptor().on('touchup', release);
    sigma.on('clickNode', ({ node, event }) => {
      emit('select', { ids: isExtending(event) ? this.#toggled(node) : [node] });
    });
    sigma.on('clickStage', ({ event }) => this.#clickGround(event));
    sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      emit('open', { id: node });
    });
    sigma.on('rightClickNode', ({ node, event }) => this.#menuAt(node, event));
    sigma.on('rightClickStage', ({ event }) => this.#menuAt(null, event));
  }

  #takeHold(node: string, event: MouseCoords): void {
    if (this.#tool !== 'select' || isSecondary(event)) return;
    const { view, sigma } = this.chart;
    const from = this.#placesOf(view.selected.has(node) ? view.selection : [node]);
    this.#drag = { from, start: sigma.viewportToGraph(event), moved: false };
  }

  #placesOf(ids: readonly string[]): Place[] {
    const { graph } = this.chart;
    return ids.map((id) => {
      const { x, y } = graph.getNodeAttributes(id);
      return { id, x, y };
    });
  }

  #toggled(id: string): string[] {
    const { selected, selection } = this.chart.view;
    return selected.has(id) ? selection.filter((one) => one !== id) : [id, ...selection];
  }

  #dragTo(event: MouseCoords): void {
    const { sigma, graph, world } = this.chart;
    const drag = this.#drag!;
    const at = sigma.viewportToGraph(event);
    const [dx, dy] = [at.x - drag.start.x, at.y - drag.start.y];
    if (!drag.moved && Math.hypot(dx, dy) * (sigma.getDimensions().height / (world * 2)) < 3) return;
    drag.moved = true;
    for (const { id, x, y } of drag.from) graph.mergeNodeAttributes(id, { x: x + dx, y: y + dy });
    sigma.scheduleRefresh();
  }

  #release(): void {
    const { '0': drag, '1': lasso } = [this.#drag, this.#lasso] as const;
    const { graph, sigma, view, emit } = this.chart;
    this.#drag = null;
    if (drag?.moved) emit('moved', { from: drag.from, to: this.#placesOf(drag.from.map(({ id }) => id)) });
    if (!lasso || lasso.done) return;
    if (lasso.points.length < 4) {
      this.#lasso = null;
      return;
    }
    lasso.done = true;
    const caught = see(graph, sigma, view)
      .nodes.filter((node) => isInside(node, lasso.points))
      .map(({ id }) => id);
    emit('select', { ids: lasso.extend ? [...new Set([...view.selection, ...caught])] : caught });
    // The trace stays, faint, until the next act.
    this.chart.paint();
  }

  #clickGround(event: MouseCoords): void {
    if (this.#lasso?.done) {
      // The click that ends a lasso is not a click on the ground.
      this.#lasso = { ...this.#lasso };
      return;
    }
    const near = this.#linkAt(event);
    if (near) this.chart.emit('link', { id: near });
    else if (!isExtending(event)) this.chart.emit('select', { ids: [] });
  }

  #linkAt(point: Point): string | undefined {
    const { graph, sigma } = this.chart;
    let best: { id: string; distance: number } | undefined;
    graph.forEachEdge((id, data, _source, _target, from, to) => {
      if (data.hidden) return;
      const distance = distanceToLine(point, sigma.graphToViewport(from), sigma.graphToViewport(to));
      if (distance < 5 && (!best || distance < best.distance)) best = { id, distance };
    });
    return best?.id;
  }

  #menuAt(id: string | null, event: MouseCoords): void {
    event.original.preventDefault();
    const box = this.chart.host.getBoundingClientRect();
    this.chart.emit('menu', { id, x: box.left + event.x, y: box.top + event.y });
  }
}

const isExtending = ({ original }: MouseCoords) => original.shiftKey || original.ctrlKey || original.metaKey;
const isSecondary = ({ original }: MouseCoords) => 'button' in original && original.button !== 0;
