import { entityIcons } from '../entity/entityIcons.ts';
import { entityType } from '../entity/entityTypes.ts';
import { iconShare, shapePath } from '../entity/shapes.ts';
import type { Colours } from './colours.ts';

/** A cell holds one badge of `badge` px in the middle of `cell` px, with room for the amber corner. */
const cell = 96;
const badge = 64;
const columns = 16;

/** How many times wider the cell is than the badge in it. */
export const cellShare = cell / badge;
export const atlasSize = cell * columns;

/** Pictures of all badges in use, painted once into one canvas that the GPU samples. */
export class BadgeAtlas {
  readonly canvas = document.createElement('canvas');
  /** Grows with every painted badge: the texture is uploaded again when it differs. */
  version = 0;
  #cells = new Map<string, number>();
  #context: CanvasRenderingContext2D;
  #colours: Colours;

  constructor(colours: Colours) {
    this.canvas.width = atlasSize;
    this.canvas.height = atlasSize;
    this.#context = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#colours = colours;
  }

  /** The number of the cell with this badge, painting it when it is new. */
  cellOf(schema: string, hollow: boolean, disagree: boolean): number {
    const key = `${schema}|${hollow ? 1 : 0}${disagree ? 1 : 0}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    // 256 kinds of badge are more than a chart shows; what comes later shares the last cell.
    const index = Math.min(this.#cells.size, columns * columns - 1);
    this.#cells.set(key, index);
    this.#paint(index, schema, hollow, disagree);
    return index;
  }

  recolour(colours: Colours): void {
    this.#colours = colours;
    this.#context.clearRect(0, 0, atlasSize, atlasSize);
    for (const [key, index] of this.#cells) {
      const [schema = '', flags = ''] = key.split('|');
      this.#paint(index, schema, flags[0] === '1', flags[1] === '1');
    }
  }

  #paint(index: number, schema: string, hollow: boolean, disagree: boolean): void {
    const type = entityType(schema);
    const { fill, ink } = this.#colours.hues[type.hue];
    const context = this.#context;
    const x = (index % columns) * cell + (cell - badge) / 2;
    const y = Math.floor(index / columns) * cell + (cell - badge) / 2;
    context.save();
    context.translate(x, y);
    const outline = new Path2D(shapePath(type.shape, badge));
    context.fillStyle = hollow ? this.#colours.canvas : fill;
    context.fill(outline);
    if (hollow) {
      context.strokeStyle = fill;
      context.lineWidth = 4;
      context.stroke(outline);
    }
    const share = (iconShare[type.shape] * badge) / 24;
    const inset = (badge * (1 - iconShare[type.shape])) / 2;
    context.translate(inset, inset + (type.shape === 'sheet' ? 4 : 0));
    context.scale(share, share);
    context.strokeStyle = hollow ? fill : ink;
    context.lineWidth = 2.1;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.stroke(new Path2D(entityIcons[type.icon]));
    context.restore();
    if (disagree) this.#paintCorner(x + badge, y);
    this.version += 1;
  }

  #paintCorner(right: number, top: number): void {
    const context = this.#context;
    context.beginPath();
    context.moveTo(right - 18, top - 8);
    context.lineTo(right + 9, top - 8);
    context.lineTo(right + 9, top + 19);
    context.closePath();
    context.fillStyle = this.#colours.amber;
    context.strokeStyle = this.#colours['amber-edge'];
    context.lineWidth = 2.5;
    context.lineJoin = 'round';
    context.fill();
    context.stroke();
  }
}
