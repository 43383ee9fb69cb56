import iterate from 'graphology-layout-forceatlas2/iterate.js';
import { type Adjacency, adjacency, components } from './adjacency.ts';
import { pivotMds } from './pivotMds.ts';
import { seeded } from './random.ts';
import { relax } from './springs.ts';

/** What a layout is given: places may be NaN where there is none yet. All arrays are by node index. */
export type Problem = {
  name: 'force' | 'grid' | 'circle' | 'join';
  x: Float64Array;
  y: Float64Array;
  fixed: Uint8Array;
  /** Pairs of node indices. */
  links: Uint32Array;
  seed: number;
};

/** Wished distance of linked entities, in world units: room for a badge and its label. */
const spacing = 120;

/** Solves a layout in place; the same problem gives the same places. */
export function arrange(problem: Problem): void {
  const graph = adjacency(problem.x.length, problem.links);
  const solve = { grid, circle, join, force }[problem.name];
  solve(problem, graph);
}

/**
 * New nodes appear around the middle of their placed neighbours and settle there with everything else fixed, so that
 * the map in the analyst's head never jumps.
 */
function join({ x, y, fixed, links, seed }: Problem, graph: Adjacency): void {
  const random = seeded(seed);
  const waiting = [...x.keys()].filter((i) => Number.isNaN(x[i]!));
  let placed = x.length - waiting.length;
  if (placed === 0) return;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i += 1) {
    if (Number.isNaN(x[i]!)) continue;
    right = Math.max(right, x[i]!);
    top = Math.max(top, y[i]!);
  }
  let strangers = 0;
  const left = new Set(waiting);
  while (left.size > 0) {
    const before = left.size;
    for (const i of [...left]) {
      let sumX = 0;
      let sumY = 0;
      let count = 0;
      for (let at = graph.start[i]!; at < graph.start[i + 1]!; at += 1) {
        const j = graph.neighbours[at]!;
        if (left.has(j)) continue;
        sumX += x[j]!;
        sumY += y[j]!;
        count += 1;
      }
      if (count === 0) continue;
      const angle = random() * 2 * Math.PI;
      x[i] = sumX / count + Math.cos(angle) * spacing * 0.6;
      y[i] = sumY / count + Math.sin(angle) * spacing * 0.6;
      left.delete(i);
      placed += 1;
    }
    if (left.size < before) continue;
    // Nothing placed is linked to the rest: the next one starts a column to the right.
    const [next] = left;
    x[next!] = right + spacing * 1.2 * (1 + Math.floor(strangers / 8));
    y[next!] = top - spacing * 0.7 * (strangers % 8);
    strangers += 1;
    left.delete(next!);
  }
  relax({ x, y, fixed, links, length: spacing, rounds: 80, seed });
}

function force({ x, y, fixed, links, seed }: Problem, graph: Adjacency): void {
  const parts = components(x.length, graph);
  const anyFixed = fixed.some((value) => value === 1);
  const boxes: Box[] = [];
  for (const part of parts) {
    if (part.some((node) => fixed[node] === 1)) continue;
    solvePart(part, graph, x, y, seed);
    boxes.push(boxOf(part, x, y));
  }
  if (anyFixed) {
    // Parts that hold a pinned node grow around it; the free parts stand beside them.
    for (let i = 0; i < x.length; i += 1)
      if (Number.isNaN(x[i]!)) {
        x[i] = 0;
        y[i] = 0;
      }
    relax({ x, y, fixed, links, length: spacing, rounds: 220, seed });
    return;
  }
  pack(boxes, x, y);
}

type Box = { part: readonly number[]; width: number; height: number; left: number; bottom: number };

function boxOf(part: readonly number[], x: Float64Array, y: Float64Array): Box {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  let top = Number.NEGATIVE_INFINITY;
  for (const node of part) {
    left = Math.min(left, x[node]!);
    right = Math.max(right, x[node]!);
    bottom = Math.min(bottom, y[node]!);
    top = Math.max(top, y[node]!);
  }
  return { part, left, bottom, width: right - left + spacing * 1.3, height: top - bottom + spacing };
}

/** One connected part: PivotMDS, ForceAtlas2 for the large structure, then springs for even distances. */
function solvePart(
  part: readonly number[],
  graph: Adjacency,
  x: Float64Array,
  y: Float64Array,
  seed: number,
): void {
  const count = part.length;
  if (count === 1) {
    x[part[0]!] = 0;
    y[part[0]!] = 0;
    return;
  }
  const local = new Map(part.map((node, i) => [node, i]));
  const pairs: number[] = [];
  for (const node of part) {
    for (let at = graph.start[node]!; at < graph.start[node + 1]!; at += 1) {
      const other = graph.neighbours[at]!;
      if (node < other) pairs.push(local.get(node)!, local.get(other)!);
    }
  }
  const links = Uint32Array.from(pairs);
  const random = seeded(seed);
  const start = pivotMds(part, graph);
  spread(start.x, start.y, Math.sqrt(count) * 10, random);
  forceAtlas(start.x, start.y, links, count > 5000 ? 24 : count > 300 ? 70 : 250);
  spread(start.x, start.y, Math.sqrt(count) * spacing * 0.75, random);
  relax({
    x: start.x,
    y: start.y,
    fixed: new Uint8Array(count),
    links,
    length: spacing,
    rounds: count > 5000 ? 12 : count > 300 ? 45 : 160,
    seed,
  });
  part.forEach((node, i) => {
    x[node] = start.x[i]!;
    y[node] = start.y[i]!;
  });
}

/** Centres places and scales them to an edge of `size`, with a grain of noise so that no two coincide. */
function spread(x: Float64Array, y: Float64Array, size: number, random: () => number): void {
  const count = x.length;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i += 1) {
    meanX += x[i]! / count;
    meanY += y[i]! / count;
  }
  let deviation = 0;
  for (let i = 0; i < count; i += 1) deviation += ((x[i]! - meanX) ** 2 + (y[i]! - meanY) ** 2) / count;
  const scale = deviation === 0 ? 1 : size / 2 / Math.sqrt(deviation);
  for (let i = 0; i < count; i += 1) {
    x[i] = (x[i]! - meanX) * scale + (random() - 0.5) * size * 0.02;
    y[i] = (y[i]! - meanY) * scale + (random() - 0.5) * size * 0.02;
  }
}

function forceAtlas(x: Float64Array, y: Float64Array, links: Uint32Array, rounds: number): void {
  const nodes = new Float32Array(x.length * 10);
  const edges = new Float32Array((links.length / 2) * 3);
  for (let i = 0; i < x.length; i += 1) {
    nodes[i * 10] = x[i]!;
    nodes[i * 10 + 1] = y[i]!;
    nodes[i * 10 + 6] = 1;
    nodes[i * 10 + 7] = 1;
    nodes[i * 10 + 8] = 1;
  }
  for (let i = 0; i < links.length; i += 2) {
    const a = links[i]!;
    const b = links[i + 1]!;
    edges.set([a * 10, b * 10, 1], (i / 2) * 3);
    nodes[a * 10 + 6]! += 1;
    nodes[b * 10 + 6]! += 1;
  }
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: false,
    adjustSizes: false,
    edgeWeightInfluence: 0,
    scalingRatio: 8,
    strongGravityMode: false,
    gravity: 0.6,
    slowDown: 1 + Math.log(x.length),
    barnesHutOptimize: x.length > 250,
    barnesHutTheta: x.length > 5000 ? 1.6 : 1.1,
  };
  for (let round = 0; round < rounds; round += 1) iterate(settings, nodes, edges);
  for (let i = 0; i < x.length; i += 1) {
    x[i] = nodes[i * 10]!;
    y[i] = nodes[i * 10 + 1]!;
  }
}

/** Sets boxes in rows of about the golden ratio, largest first. Single entities stand in a grid of their own. */
function pack(boxes: Box[], x: Float64Array, y: Float64Array): void {
  const area = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
  const widest = Math.max(...boxes.map((box) => box.width), Math.sqrt(area * 1.5));
  let rowLeft = 0;
  let rowTop = 0;
  let rowHeight = 0;
  let inSingles = false;
  for (const box of boxes) {
    // Entities without any link stand in rows of their own, below the rest.
    const isFirstSingle = box.part.length === 1 && !inSingles;
    inSingles ||= box.part.length === 1;
    if (rowLeft > 0 && (isFirstSingle || rowLeft + box.width > widest * 1.02)) {
      rowTop -= rowHeight;
      rowLeft = 0;
      rowHeight = 0;
    }
    for (const node of box.part) {
      x[node]! += rowLeft - box.left;
      y[node]! += rowTop - box.height - box.bottom;
    }
    rowLeft += box.width;
    rowHeight = Math.max(rowHeight, box.height);
  }
  recentre(x, y);
}

function recentre(x: Float64Array, y: Float64Array): void {
  const box = boxOf([...x.keys()], x, y);
  const middleX = box.left + (box.width - spacing * 1.3) / 2;
  const middleY = box.bottom + (box.height - spacing) / 2;
  for (let i = 0; i < x.length; i += 1) {
    x[i]! -= middleX;
    y[i]! -= middleY;
  }
}

function free(fixed: Uint8Array): number[] {
  return [...fixed.keys()].filter((i) => fixed[i] === 0);
}

function grid({ x, y, fixed }: Problem, graph: Adjacency): void {
  const nodes = free(fixed).sort((a, b) => degreeOf(graph, b) - degreeOf(graph, a) || a - b);
  const columns = Math.ceil(Math.sqrt(nodes.length * 1.3));
  nodes.forEach((node, i) => {
    x[node] = (i % columns) * spacing * 1.15;
    y[node] = -Math.floor(i / columns) * spacing * 0.8;
  });
  if (nodes.length === x.length) recentre(x, y);
}

function circle({ x, y, fixed }: Problem, graph: Adjacency): void {
  const order = components(x.length, graph).flat();
  const nodes = order.filter((node) => fixed[node] === 0);
  const radius = Math.max(spacing, (nodes.length * spacing * 0.55) / (2 * Math.PI));
  nodes.forEach((node, i) => {
    const angle = Math.PI / 2 - (i / nodes.length) * 2 * Math.PI;
    x[node] = Math.cos(angle) * radius;
    y[node] = Math.sin(angle) * radius;
  });
}

const degreeOf = ({ start }: Adjacency, node: number) => start[node + 1]! - start[node]!;
