import Graph from 'graphology';
import Sigma from 'sigma';
import { EdgeLineProgram } from 'sigma/rendering';
import { BadgeAtlas } from './badgeAtlas.ts';
import { badgeProgram } from './badgeProgram.ts';
import { type Colours, readColours } from './colours.ts';
import { Glide } from './glide.ts';
import type {
  Camera,
  CanvasEvents,
  CanvasLink,
  CanvasNode,
  GraphCanvas,
  LayoutName,
  Place,
  Tool,
} from './graphCanvas.ts';
import type { Point } from './lasso.ts';
import { LastArrangement } from './lastArrangement.ts';
import type { Problem } from './layout/arrange.ts';
import { LayoutThread } from './layout/layoutThread.ts';
import { linkProgram } from './linkProgram.ts';
import { Painter } from './painter.ts';
import { Pointer } from './pointer.ts';
import {
  dashes,
  dotColour,
  isLarge,
  type LinkData,
  type NodeData,
  problemOf,
  restyle,
  see,
  type View,
} from './scene.ts';

/** World units across the view at 100 %: fixed, so that nothing moves when something is added. */
const world = 500;
const pulseMs = 1600;
/** Above this many links in view arrow heads are left out: they cost ten times the line (measured on 2 cores). */
const mostArrows = 900;
/** Room around what is fitted, in px: names stand beside and below badges. */
const fitRoom = { x: 44, y: 30 };

/** The chart on sigma.js and graphology: what is shown and how it is placed. How it is steered stands in pointer.ts. */
export class SigmaCanvas implements GraphCanvas {
  private readonly host: HTMLElement;
  #graph = new Graph<NodeData, LinkData>({ multi: true, type: 'mixed' });
  #sigma: Sigma<NodeData, LinkData>;
  #colours: Colours;
  #atlas: BadgeAtlas;
  #painter: Painter;
  #under: CanvasRenderingContext2D;
  #over: CanvasRenderingContext2D;
  #threads = new LayoutThread();
  #pointer: Pointer;
  #glide: Glide;
  #listeners: { [Name in keyof CanvasEvents]?: Set<(event: CanvasEvents[Name]) => void> } = {};
  #view: View = {
    selection: [],
    selected: new Set(),
    pinned: new Set(),
    hidden: new Set(),
    unplaced: new Set(),
    shown: null,
  };
  #unplaced = this.#view.unplaced as Set<string>;
  #isFitted = false;
  #isDestroyed = false;
  #hovered: string | null = null;
  #pulses = new Map<string, number>();
  #paintFrame = 0;
  #arrangement = new LastArrangement();

  constructor(host: HTMLElement) {
    this.host = host;
    this.#colours = readColours(host);
    this.#atlas = new BadgeAtlas(this.#colours);
    this.#sigma = new Sigma<NodeData, LinkData>(this.#graph, host, {
      renderLabels: false,
      allowInvalidContainer: true,
      defaultNodeType: 'badge',
      defaultEdgeType: 'link',
      nodeProgramClasses: { badge: badgeProgram(this.#atlas, () => this.#colours) as never },
      edgeProgramClasses: { link: linkProgram as never, line: EdgeLineProgram as never },
      nodeHoverProgramClasses: {},
      defaultDrawNodeHover: () => undefined,
      // Badges keep most of their size while zooming in, and shrink with the root of the distance while zooming out.
      zoomToSizeRatioFunction: (ratio) =>
        ratio < 1 ? ratio ** 0.3 : Math.sqrt(ratio) * Math.max(1, (ratio / 4) ** 0.35),
      minCameraRatio: 0.04,
      maxCameraRatio: 120,
      stagePadding: 0,
      zIndex: true,
      doubleClickZoomingRatio: 1,
      enableCameraRotation: false,
      inertiaDuration: 0,
      zoomDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
      zoomingRatio: 1.35,
    });
    this.#sigma.setCustomBBox({ x: [-world, world], y: [-world, world] });
    this.#sigma.createCanvasContext('under', { afterLayer: 'edges' } as never);
    this.#sigma.createCanvasContext('over', { afterLayer: 'nodes' } as never);
    const canvases = this.#sigma.getCanvases();
    this.#under = canvases.under!.getContext('2d') as CanvasRenderingContext2D;
    this.#over = canvases.over!.getContext('2d') as CanvasRenderingContext2D;
    // Names and hover are ours: layers that stay empty would be composed in every frame all the same.
    for (const name of ['edgeLabels', 'labels', 'hovers', 'hoverNodes'])
      (canvases[name] as HTMLCanvasElement).style.display = 'none';
    this.#sigma.resize(true);
    this.#painter = new Painter(this.#over, () => this.#colours);
    this.#sigma.on('afterRender', () => this.#paint());
    this.#sigma.getCamera().on('updated', () => this.#emit('camera', this.camera()));
    this.#glide = new Glide(this.#sigma, () => isLarge(this.#graph));
    this.#pointer = new Pointer({
      host,
      graph: this.#graph,
      sigma: this.#sigma,
      view: this.#view,
      world,
      emit: (name, event) => this.#emit(name, event),
      highlight: (id) => this.highlight(id),
      paint: () => this.#schedulePaint(),
    });
    void document.fonts?.ready.then(() => {
      if (this.#isDestroyed) return;
      this.#painter.forgetWidths();
      this.#sigma.scheduleRender();
    });
  }

  async setGraph(nodes: CanvasNode[], links: CanvasLink[]): Promise<Place[]> {
    const graph = this.#graph;
    const wanted = new Set(nodes.map((node) => node.id));
    for (const id of graph.nodes()) if (!wanted.has(id)) graph.dropNode(id);
    for (const id of this.#unplaced) if (!wanted.has(id)) this.#unplaced.delete(id);
    const wantedLinks = new Set(links.map((link) => link.id));
    for (const id of graph.edges()) if (!wantedLinks.has(id)) graph.dropEdge(id);

    this.#view.pinned = new Set(nodes.filter((node) => node.pinned).map((node) => node.id));
    this.#view.hidden = new Set(nodes.filter((node) => node.hidden).map((node) => node.id));
    for (const node of nodes) {
      const cell = this.#atlas.cellOf(node.schema, node.hollow ?? false, node.disagree ?? false);
      const hasPlace = typeof node.x === 'number' && typeof node.y === 'number';
      if (hasPlace) this.#unplaced.delete(node.id);
      if (graph.hasNode(node.id)) {
        // The picture is told once for all, below: one by one 20,000 took more than a second.
        const place = hasPlace && { x: node.x!, y: node.y! };
        Object.assign(graph.getNodeAttributes(node.id), { node, cell, ...place });
        continue;
      }
      if (!hasPlace) this.#unplaced.add(node.id);
      graph.addNode(node.id, {
        x: node.x ?? 0,
        y: node.y ?? 0,
        size: 13,
        cell,
        color: dotColour(node, this.#colours),
        fade: 0,
        // Without a place a node would flash in the middle first.
        hidden: !hasPlace,
        type: 'badge',
        zIndex: 0,
        node,
      });
    }
    const canJoin = ({ source, target }: CanvasLink) =>
      source !== target && graph.hasNode(source) && graph.hasNode(target);
    for (const link of links) {
      if (graph.hasEdge(link.id)) graph.getEdgeAttributes(link.id).link = link;
      else if (canJoin(link))
        graph.addEdgeWithKey(link.id, link.source, link.target, {
          color: this.#colours.edge,
          size: 1.25,
          dash: dashes[link.certainty],
          hidden: false,
          type: 'link',
          zIndex: 0,
          link,
        });
    }
    this.#restyle();
    const back = this.#arrangement.viewBack(() => this.places(), this.camera());
    if (back) this.setCamera(back);
    // What an earlier call left without a place is placed now: a newer problem drops an older one.
    const unplaced = [...this.#unplaced];
    const isFirst = !this.#isFitted && graph.order > 0;
    if (unplaced.length > 0) {
      const solved = await this.#solve(unplaced.length < graph.order ? 'join' : 'force', new Set(unplaced));
      if (!solved || this.#isDestroyed) return [];
      this.place(solved.to);
      if (!isFirst) this.pulse(unplaced);
      this.#fitFirst(isFirst);
      const fresh = new Set(unplaced);
      return solved.to.filter((place) => fresh.has(place.id));
    }
    this.#fitFirst(isFirst);
    return [];
  }

  #fitFirst(isFirst: boolean): void {
    if (isFirst) this.fit();
    this.#isFitted ||= isFirst;
  }

  setSelection(ids: readonly string[]): void {
    this.#view.selection = ids.filter((id) => this.#graph.hasNode(id));
    this.#view.selected = new Set(this.#view.selection);
    this.#restyle();
  }

  setPinned(ids: readonly string[]): void {
    this.#view.pinned = new Set(ids);
    this.#sigma.scheduleRender();
  }

  setHidden(ids: readonly string[]): void {
    this.#view.hidden = new Set(ids);
    this.#restyle();
  }

  highlight(id: string | null): void {
    if (this.#hovered === id) return;
    this.#hovered = id;
    // Only names and rings differ: lines and badges need no new frame.
    this.#schedulePaint();
  }

  fadeOthers(ids: readonly string[] | null): void {
    this.#view.shown = ids && new Set(ids);
    this.#restyle();
  }

  pulse(ids: readonly string[]): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const now = performance.now();
    for (const id of ids.slice(0, 300)) this.#pulses.set(id, now);
    this.#sigma.scheduleRender();
  }

  setTool(tool: Tool): void {
    this.#pointer.tool = tool;
    this.#schedulePaint();
  }

  camera(): Camera {
    const { x, y, ratio } = this.#sigma.getCamera().getState();
    return { x, y, ratio };
  }

  setCamera(camera: Camera): void {
    this.#glide.step(() => this.#sigma.getCamera().setState(camera));
  }

  fit(ids?: readonly string[]): void {
    const chosen = (ids ?? this.#graph.nodes()).filter(
      (id) => this.#graph.hasNode(id) && !this.#view.hidden.has(id),
    );
    if (chosen.length === 0) return;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const id of chosen) {
      const { x, y } = this.#graph.getNodeAttributes(id);
      left = Math.min(left, x);
      right = Math.max(right, x);
      bottom = Math.min(bottom, y);
      top = Math.max(top, y);
    }
    const { width, height } = this.#sigma.getDimensions();
    if (width === 0 || height === 0) return;
    // At ratio 1 the world's square fills the shorter edge: so many world units are one pixel.
    const unit = (world * 2) / Math.min(width, height);
    const ratio = Math.max(
      (right - left) / (Math.max(width - 2 * fitRoom.x, 40) * unit),
      (top - bottom) / (Math.max(height - 2 * fitRoom.y, 40) * unit),
      0.8 / unit,
    );
    this.setCamera({
      x: ((left + right) / 2 + world) / (world * 2),
      y: ((bottom + top) / 2 + world) / (world * 2),
      ratio,
    });
  }

  zoom(factor: number): void {
    const camera = this.#sigma.getCamera();
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120;
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio / factor) }, { duration });
  }

  places(): Place[] {
    return this.#graph.mapNodes((id, { x, y }) => ({ id, x, y }));
  }

  onPage(id: string): Point | undefined {
    if (!this.#graph.hasNode(id) || this.#graph.getNodeAttribute(id, 'hidden')) return undefined;
    const box = this.host.getBoundingClientRect();
    const { x, y } = this.#sigma.graphToViewport(this.#graph.getNodeAttributes(id));
    const isInView = x >= 0 && y >= 0 && x <= box.width && y <= box.height;
    return isInView ? { x: box.left + x, y: box.top + y } : undefined;
  }

  resize(): void {
    this.#sigma.resize();
    this.#sigma.scheduleRender();
  }

  place(places: readonly Place[]): void {
    for (const { id, x, y } of places) {
      this.#unplaced.delete(id);
      if (this.#graph.hasNode(id)) Object.assign(this.#graph.getNodeAttributes(id), { x, y });
    }
    this.#restyle();
  }

  async layout(name: LayoutName): Promise<{ from: Place[]; to: Place[] }> {
    const movable = new Set(this.#graph.nodes().filter((id) => !this.#view.pinned.has(id)));
    const solved = await this.#solve(name, movable);
    if (!solved) return { from: [], to: [] };
    const before = this.camera();
    this.place(solved.to);
    this.fit();
    this.#arrangement.remember(solved, before, this.camera());
    return solved;
  }

  on<Name extends keyof CanvasEvents>(name: Name, listener: (event: CanvasEvents[Name]) => void): () => void {
    const listeners = this.#listeners as Record<string, Set<unknown>>;
    listeners[name] ??= new Set();
    const set = listeners[name];
    set.add(listener);
    return () => set.delete(listener);
  }

  recolour(): void {
    this.#colours = readColours(this.host);
    this.#atlas.recolour(this.#colours);
    this.#restyle();
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#glide.stop();
    this.#threads.stop();
    this.#sigma.kill();
  }

  /** For tests: how many names are drawn now. */
  get labelCount() {
    return this.#painter.labelCount;
  }

  #emit<Name extends keyof CanvasEvents>(name: Name, event: CanvasEvents[Name]): void {
    for (const listener of this.#listeners[name] ?? []) listener(event);
  }

  /** Solves a layout for the movable entities in a worker; the rest holds still. */
  async #solve(
    name: Problem['name'],
    movable: ReadonlySet<string>,
  ): Promise<{ from: Place[]; to: Place[] } | undefined> {
    const { ids, before, problem } = problemOf(this.#graph, name, movable);
    const solved = await this.#threads.solve(problem);
    if (!solved) return undefined;
    const from = before.filter(({ id }) => movable.has(id));
    const to = ids.flatMap((id, i) => (movable.has(id) ? [{ id, x: solved.x[i]!, y: solved.y[i]! }] : []));
    return { from, to };
  }

  #restyle(): void {
    restyle(this.#graph, this.#colours, this.#view);
    this.#sigma.refresh({ schedule: true });
  }

  #paint(): void {
    const { width, height } = this.#sigma.getDimensions();
    this.#under.clearRect(0, 0, width, height);
    this.#over.clearRect(0, 0, width, height);
    const { nodes, links, linksInView } = see(this.#graph, this.#sigma, this.#view);
    const now = performance.now();
    const ages = new Map<string, number>();
    for (const [id, since] of this.#pulses) {
      if (now - since > pulseMs) this.#pulses.delete(id);
      else ages.set(id, (now - since) / pulseMs);
    }
    const drawArrows = linksInView <= mostArrows && this.#sigma.getCamera().ratio < 4;
    const taken = this.#painter.under(this.#under, links, drawArrows);
    this.#painter.over(nodes, { width, height }, taken, this.#hovered, ages, links);
    if (this.#pointer.trace) this.#painter.lasso(this.#pointer.trace);
    if (ages.size > 0) this.#schedulePaint();
  }

  /** Paints names, rings and arrows again in the next frame, over the picture that stands. */
  #schedulePaint(): void {
    if (this.#paintFrame !== 0) return;
    this.#paintFrame = requestAnimationFrame(() => {
      this.#paintFrame = 0;
      if (!this.#isDestroyed && !this.#glide.isGliding) this.#paint();
    });
  }
}
