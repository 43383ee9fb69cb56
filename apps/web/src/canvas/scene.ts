import type Graph from 'graphology';
import type Sigma from 'sigma';
import { entityType } from '../entity/entityTypes.ts';
import { type Colours, mix } from './colours.ts';
import type { CanvasLink, CanvasNode, Certainty, Place } from './graphCanvas.ts';
import type { Problem } from './layout/arrange.ts';
import type { Seen, SeenLink } from './painter.ts';

export type NodeData = {
  x: number;
  y: number;
  size: number;
  cell: number;
  /** Drawn instead of the badge where that would be too small to read. */
  color: string;
  fade: number;
  hidden: boolean;
  type: 'badge';
  zIndex: number;
  node: CanvasNode;
};
export type LinkData = {
  color: string;
  size: number;
  dash: number;
  hidden: boolean;
  type: 'link' | 'line';
  zIndex: number;
  link: CanvasLink;
};

/** What a person chose of the chart, read by everything that draws it. */
export type View = {
  /** Lead first. */
  selection: string[];
  selected: ReadonlySet<string>;
  pinned: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
  /** On the chart, but not drawn before a layout found places for them. */
  unplaced: ReadonlySet<string>;
  /** At full strength; the rest fades. Null fades nothing. */
  shown: ReadonlySet<string> | null;
};

type Scene = Graph<NodeData, LinkData>;

export const dashes: Record<Certainty, number> = { several: 0, one: 1, inferred: 2 };
/** Above this many links they are plain lines, as dashes cost ten times more; a picture of so much is moved, not drawn anew. */
const mostStyled = 6000;
const mostDrawnInMotion = 3000;

export const isLarge = (graph: Scene): boolean => graph.size > mostStyled || graph.order > mostDrawnInMotion;

/** The fill of an entity's badge. */
export const dotColour = (node: CanvasNode, colours: Colours): string =>
  colours.hues[entityType(node.schema).hue].fill;

/** Sizes, fades, colours and order from what is selected, hidden and faded. Tells nobody: the picture is refreshed after it, once. */
export function restyle(graph: Scene, colours: Colours, view: View): void {
  const { accent, edge, canvas } = colours;
  const many = graph.size > mostStyled;
  // Many lines over each other darken: a lighter grey keeps them a ground for the badges.
  const plain = many ? mix(edge, canvas, 0.4) : edge;
  const pale = mix(edge, canvas, 0.28);
  const lead = view.selection[0];
  graph.forEachNode((id, data) => {
    data.hidden = view.hidden.has(id) || view.unplaced.has(id);
    data.fade = view.shown && !view.shown.has(id) ? 0.72 : 0;
    data.color = dotColour(data.node, colours);
    data.size =
      id === lead
        ? 18
        : view.selected.has(id)
          ? 15
          : 12 + Math.min(2, Math.log10(1 + (data.node.degree ?? 0)));
    data.zIndex = id === lead ? 3 : view.selected.has(id) ? 2 : data.fade > 0 ? 0 : 1;
  });
  graph.forEachEdge((_id, data, source, target) => {
    const isInside = view.selected.has(source) && view.selected.has(target);
    const isFaded = view.shown !== null && !(view.shown.has(source) && view.shown.has(target));
    data.color = isInside ? accent : isFaded ? pale : plain;
    data.type = many ? 'line' : 'link';
    data.size = isInside ? 1.75 : data.dash === 2 ? 1.75 : 1.25;
    data.zIndex = isInside ? 2 : isFaded ? 0 : 1;
    data.hidden = [source, target].some((end) => view.hidden.has(end) || view.unplaced.has(end));
    data.dash = dashes[data.link.certainty];
  });
}

/** What is in view, with places in CSS pixels. */
export function see(
  graph: Scene,
  sigma: Sigma<NodeData, LinkData>,
  view: View,
): { nodes: Seen[]; links: SeenLink[]; linksInView: number } {
  const { width, height } = sigma.getDimensions();
  const nodes: Seen[] = [];
  const byId = new Map<string, Seen>();
  graph.forEachNode((id, data) => {
    if (data.hidden) return;
    const { x, y } = sigma.graphToViewport(data);
    if (x < -120 || y < -40 || x > width + 120 || y > height + 40) return;
    const seen: Seen = {
      id,
      schema: data.node.schema,
      caption: data.node.caption,
      x,
      y,
      radius: sigma.scaleSize(data.size),
      degree: data.node.degree ?? 0,
      state:
        id === view.selection[0]
          ? 'lead'
          : view.selected.has(id)
            ? 'selected'
            : data.fade > 0
              ? 'faded'
              : 'plain',
      pinned: view.pinned.has(id),
    };
    nodes.push(seen);
    byId.set(id, seen);
  });
  const links: SeenLink[] = [];
  let linksInView = 0;
  for (const { id } of nodes.length > 3000
    ? nodes.filter((node) => node.state === 'lead' || node.state === 'selected')
    : nodes) {
    graph.forEachOutboundEdge(id, (_edge, data, source, target) => {
      const from = byId.get(source);
      const to = byId.get(target);
      if (!from || !to || data.hidden) return;
      linksInView += 1;
      links.push({
        from,
        to,
        label: data.link.label,
        directed: data.link.directed,
        isInside: view.selected.has(source) && view.selected.has(target),
        isFaded: view.shown !== null && !(view.shown.has(source) && view.shown.has(target)),
      });
    });
  }
  return { nodes, links, linksInView };
}

/** The layout problem of a chart: the movable entities are solved, the rest holds still. */
export function problemOf(
  graph: Scene,
  name: Problem['name'],
  movable: ReadonlySet<string>,
): { ids: string[]; before: Place[]; problem: Problem } {
  const ids = graph.nodes();
  const index = new Map(ids.map((id, i) => [id, i]));
  const x = new Float64Array(ids.length);
  const y = new Float64Array(ids.length);
  const fixed = new Uint8Array(ids.length);
  ids.forEach((id, i) => {
    const data = graph.getNodeAttributes(id);
    x[i] = name === 'join' && movable.has(id) ? Number.NaN : data.x;
    y[i] = name === 'join' && movable.has(id) ? Number.NaN : data.y;
    fixed[i] = movable.has(id) ? 0 : 1;
  });
  const links = new Uint32Array(graph.size * 2);
  let at = 0;
  graph.forEachEdge((_edge, _data, source, target) => {
    links[at] = index.get(source)!;
    links[at + 1] = index.get(target)!;
    at += 2;
  });
  const before = ids.map((id, i) => ({ id, x: x[i]!, y: y[i]! }));
  return { ids, before, problem: { name, x, y, fixed, links, seed: 1 } };
}
