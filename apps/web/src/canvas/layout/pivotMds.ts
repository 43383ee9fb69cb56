import type { Adjacency } from './adjacency.ts';

/**
 * PivotMDS: places the nodes of one connected part so that distances on screen follow distances in the graph, from
 * `pivots` breadth-first searches. Linear in nodes and links; the first picture that force layouts refine.
 */
export function pivotMds(
  part: readonly number[],
  graph: Adjacency,
  pivots = 24,
): { x: Float64Array; y: Float64Array } {
  const count = part.length;
  const local = new Map(part.map((node, i) => [node, i]));
  const k = Math.min(pivots, count);
  const distances = new Float64Array(count * k);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const queue = new Uint32Array(count);
  let pivot = 0;
  for (let p = 0; p < k; p += 1) {
    const found = new Int32Array(count).fill(-1);
    found[pivot] = 0;
    queue[0] = pivot;
    for (let head = 0, tail = 1; head < tail; head += 1) {
      const i = queue[head]!;
      const node = part[i]!;
      for (let at = graph.start[node]!; at < graph.start[node + 1]!; at += 1) {
        const j = local.get(graph.neighbours[at]!);
        if (j === undefined || found[j]! >= 0) continue;
        found[j] = found[i]! + 1;
        queue[tail++] = j;
      }
    }
    let farthest = 0;
    for (let i = 0; i < count; i += 1) {
      const distance = Math.max(0, found[i]!);
      distances[i * k + p] = distance;
      nearest[i] = Math.min(nearest[i]!, distance);
      if (nearest[i]! > nearest[farthest]!) farthest = i;
    }
    pivot = farthest;
  }
  centre(distances, count, k);
  const first = principal(distances, count, k, undefined, 1);
  const second = principal(distances, count, k, first, 2);
  return { x: project(distances, count, k, first), y: project(distances, count, k, second) };
}

/** Squares and double-centres the distance matrix in place. */
function centre(matrix: Float64Array, rows: number, columns: number): void {
  const rowMeans = new Float64Array(rows);
  const columnMeans = new Float64Array(columns);
  let mean = 0;
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const squared = matrix[i * columns + j]! ** 2;
      matrix[i * columns + j] = squared;
      rowMeans[i]! += squared / columns;
      columnMeans[j]! += squared / rows;
      mean += squared / (rows * columns);
    }
  }
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      matrix[i * columns + j] = -0.5 * (matrix[i * columns + j]! - rowMeans[i]! - columnMeans[j]! + mean);
    }
  }
}

/** The strongest direction of Cᵀ C by power iteration, orthogonal to `before`. */
function principal(
  matrix: Float64Array,
  rows: number,
  columns: number,
  before: Float64Array | undefined,
  seed: number,
): Float64Array {
  let vector = Float64Array.from({ length: columns }, (_, j) => Math.sin((j + 1) * (seed + 0.5)));
  for (let round = 0; round < 60; round += 1) {
    const image = project(matrix, rows, columns, vector);
    const next = new Float64Array(columns);
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) next[j]! += matrix[i * columns + j]! * image[i]!;
    }
    if (before) {
      let along = 0;
      for (let j = 0; j < columns; j += 1) along += next[j]! * before[j]!;
      for (let j = 0; j < columns; j += 1) next[j]! -= along * before[j]!;
    }
    const length = Math.hypot(...next) || 1;
    vector = next.map((value) => value / length);
  }
  return vector;
}

function project(matrix: Float64Array, rows: number, columns: number, vector: Float64Array): Float64Array {
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    let sum = 0;
    for (let j = 0; j < columns; j += 1) sum += matrix[i * columns + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}
