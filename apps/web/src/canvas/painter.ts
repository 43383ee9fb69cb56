import { entityType } from '../entity/entityTypes.ts';
import { shapePath } from '../entity/shapes.ts';
import type { Colours } from './colours.ts';
import { type Box, type LabelWish, placeLabels } from './labels.ts';
import type { Point } from './lasso.ts';

/** One entity in view, in CSS pixels. */
export type Seen = {
  id: string;
  schema: string;
  caption: string;
  x: number;
  y: number;
  radius: number;
  degree: number;
  state: 'plain' | 'lead' | 'selected' | 'faded';
  pinned: boolean;
};

export type SeenLink = {
  from: Seen;
  to: Seen;
  label: string;
  directed: boolean;
  isInside: boolean;
  isFaded: boolean;
};

const font = (weight: number) => `${weight} 12px "Inter Variable", system-ui, "Noto Sans", sans-serif`;

/** Paints what WebGL does not: names, rings, arrow heads, names of relationships. Text is measured once and kept. */
export class Painter {
  #widths = new Map<string, number>();
  #chosen = new Map<string, number>();
  /** How many names stand on the chart: told to tests and to nobody else. */
  labelCount = 0;

  private readonly context: CanvasRenderingContext2D;
  private readonly colours: () => Colours;

  constructor(context: CanvasRenderingContext2D, colours: () => Colours) {
    this.context = context;
    this.colours = colours;
  }

  /** Between lines and badges: arrow heads, and the names of relationships inside the selection. */
  under(context: CanvasRenderingContext2D, links: readonly SeenLink[], drawArrows: boolean): Box[] {
    const colours = this.colours();
    const boxes: Box[] = [];
    for (const link of links) {
      if (link.isFaded) continue;
      const colour = link.isInside ? colours.accent : colours.edge;
      if (drawArrows && link.directed) arrowHead(context, link.from, link.to, colour, link.isInside ? 8 : 7);
      if (!link.isInside || link.label === '') continue;
      const box = this.#linkLabel(context, link);
      if (box) boxes.push(box);
    }
    return boxes;
  }

  #linkLabel(context: CanvasRenderingContext2D, { from, to, label }: SeenLink): Box | undefined {
    const distance = Math.hypot(to.x - from.x, to.y - from.y);
    const width = this.#width(label, 400);
    if (distance - from.radius - to.radius < width + 24) return undefined;
    const x = (from.x + to.x) / 2;
    const y = (from.y + to.y) / 2;
    const box = { left: x - width / 2 - 4, right: x + width / 2 + 4, top: y - 8, bottom: y + 8 };
    context.fillStyle = this.colours().canvas;
    context.fillRect(box.left, box.top, box.right - box.left, 16);
    context.font = font(400);
    context.fillStyle = this.colours().accent;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(label, x, y + 0.5);
    return box;
  }

  /** Above the badges: rings, pins and names. */
  over(
    seen: readonly Seen[],
    view: { width: number; height: number },
    taken: readonly Box[],
    hovered: string | null,
    pulses: ReadonlyMap<string, number>,
    links: readonly SeenLink[],
  ): void {
    const context = this.context;
    const linesOf = lineEnds(links);
    for (const node of seen) {
      const pulse = pulses.get(node.id);
      if (pulse !== undefined) this.#pulse(node, pulse);
      if (node.state === 'lead' || node.state === 'selected') this.#ring(node, 1);
      else if (node.id === hovered) this.#ring(node, 0.55);
      if (node.pinned && node.radius >= 9) this.#pin(node);
    }
    const wishes: LabelWish[] = [];
    const badges: Box[] = [...taken];
    for (const node of seen) {
      const grown = node.state === 'lead' || node.state === 'selected' ? node.radius + 5 : node.radius + 1;
      badges.push({
        left: node.x - grown,
        right: node.x + grown,
        top: node.y - grown,
        bottom: node.y + grown,
      });
      if (node.state === 'faded' || (node.radius < 4.5 && node.state === 'plain' && node.id !== hovered))
        continue;
      wishes.push({
        id: node.id,
        text: shortened(node.caption),
        x: node.x,
        y: node.y,
        radius: grown,
        width: this.#width(shortened(node.caption), weightOf(node)),
        weight:
          (node.state === 'lead' ? 3e6 : node.id === hovered ? 2e6 : node.state === 'selected' ? 1e6 : 0) +
          node.degree,
        must: node.state === 'lead' || node.id === hovered,
        lines: linesOf.get(node.id) ?? [],
      });
    }
    // More names than fit are never placed: the heaviest few hundred are tried.
    if (wishes.length > 700) wishes.sort((a, b) => b.weight - a.weight).length = 700;
    const { placed, chosen } = placeLabels(wishes, badges, view, this.#chosen);
    this.#chosen = chosen;
    this.labelCount = placed.length;
    const colours = this.colours();
    const byId = new Map(seen.map((node) => [node.id, node]));
    context.textAlign = 'start';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = colours.canvas;
    for (const label of placed) {
      const node = byId.get(label.id) as Seen;
      context.font = font(weightOf(node));
      context.strokeText(label.text, label.left, label.middle + 0.5);
      context.fillStyle =
        node.state === 'plain' && node.id !== hovered ? colours['text-2'] : colours['text-1'];
      context.fillText(label.text, label.left, label.middle + 0.5);
    }
  }

  /** A ring of 2 px with a gap of the canvas' colour, in the shape of the badge. */
  #ring({ x, y, radius, schema }: Seen, strength: number): void {
    const context = this.context;
    const colours = this.colours();
    const size = radius * 2;
    const { shape } = entityType(schema);
    const grown = (size + 7) / size;
    const path = new Path2D();
    path.addPath(
      new Path2D(shapePath(shape, size)),
      new DOMMatrix().translate(x, y).scale(grown).translate(-radius, -radius),
    );
    context.globalAlpha = strength;
    context.lineWidth = 2;
    context.strokeStyle = colours.accent;
    context.stroke(path);
    context.globalAlpha = 1;
  }

  #pulse({ x, y, radius }: Seen, age: number): void {
    const context = this.context;
    context.globalAlpha = 0.5 * (1 - age);
    context.lineWidth = 3;
    context.strokeStyle = this.colours().accent;
    context.beginPath();
    context.arc(x, y, radius + 4 + age * 14, 0, 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 1;
  }

  #pin({ x, y, radius }: Seen): void {
    const context = this.context;
    const colours = this.colours();
    context.beginPath();
    context.arc(x - radius * 0.8, y - radius * 0.8, 4, 0, 2 * Math.PI);
    context.fillStyle = colours['text-1'];
    context.strokeStyle = colours.canvas;
    context.lineWidth = 2;
    context.stroke();
    context.fill();
  }

  #width(text: string, weight: number): number {
    const key = `${weight}${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      this.context.font = font(weight);
      width = this.context.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  /** The trace of a lasso: faint, dashed, until the next act. */
  lasso(points: readonly Point[]): void {
    const context = this.context;
    const { accent } = this.colours();
    context.beginPath();
    points.forEach(({ x, y }, i) => {
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
    context.globalAlpha = 0.06;
    context.fillStyle = accent;
    context.fill();
    context.globalAlpha = 0.85;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.strokeStyle = accent;
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** The font arrived: everything is measured anew. */
  forgetWidths(): void {
    this.#widths.clear();
  }
}

const weightOf = (node: Seen) => (node.state === 'lead' ? 600 : node.state === 'selected' ? 500 : 400);
const shortened = (text: string) => (text.length > 32 ? `${text.slice(0, 31)}…` : text);

function arrowHead(
  context: CanvasRenderingContext2D,
  from: Seen,
  to: Seen,
  colour: string,
  size: number,
): void {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const distance = Math.hypot(dx, dy);
  const room = to.radius + (to.state === 'plain' ? 2 : 6);
  if (distance < room + size + from.radius) return;
  const [ux, uy] = [dx / distance, dy / distance];
  const [tipX, tipY] = [to.x - ux * room, to.y - uy * room];
  const [baseX, baseY] = [tipX - ux * size, tipY - uy * size];
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(baseX - uy * size * 0.42, baseY + ux * size * 0.42);
  context.lineTo(baseX + uy * size * 0.42, baseY - ux * size * 0.42);
  context.closePath();
  context.fill();
}

/** Above this many lines names are placed without regard to them: it would cost more than it gives. */
const mostLines = 2000;

/** Where the lines of each entity lead. */
function lineEnds(links: readonly SeenLink[]): ReadonlyMap<string, Seen[]> {
  const ends = new Map<string, Seen[]>();
  if (links.length > mostLines) return ends;
  const add = (of: Seen, to: Seen) => {
    const known = ends.get(of.id);
    if (known) known.push(to);
    else ends.set(of.id, [to]);
  };
  for (const { from, to } of links) {
    add(from, to);
    add(to, from);
  }
  return ends;
}
