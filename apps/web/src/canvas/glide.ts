import type Sigma from 'sigma';
import type { Camera } from './graphCanvas.ts';
import type { LinkData, NodeData } from './scene.ts';

/** A view that rests this long is drawn anew, in ms; while the button is held longer, as a hand may only pause. */
const restMs = 140;
const heldRestMs = 600;

/**
 * Moves the picture of a large graph instead of drawing it: while the camera moves, the layers are shifted and scaled as
 * they stand, with all their names and lines, and drawn anew once it rests. 20k entities and 50k links cost 0.6 to 1 s to
 * draw where there is no graphics card; to shift them costs nothing.
 */
export class Glide {
  private readonly sigma: Sigma<NodeData, LinkData>;
  private readonly isLarge: () => boolean;
  /** The camera with which the picture that stands was drawn. */
  #drawn: Camera | undefined;
  /** The camera for which it was shifted last. */
  #shifted: Camera | undefined;
  #isGliding = false;
  #drawsAtOnce = false;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(sigma: Sigma<NodeData, LinkData>, isLarge: () => boolean) {
    this.sigma = sigma;
    this.isLarge = isLarge;
    const scheduleRender = sigma.scheduleRender.bind(sigma);
    sigma.scheduleRender = () => (this.#glides() ? sigma : scheduleRender());
    // What lies under the pointer is asked of the picture that was drawn, which is elsewhere now.
    const picking = sigma as unknown as { getNodeAtPosition(place: object): string | null };
    const nodeAt = picking.getNodeAtPosition.bind(sigma);
    picking.getNodeAtPosition = (place) => (this.#isGliding ? null : nodeAt(place));
    sigma.on('afterRender', () => this.#stand());
    this.draw = () => {
      clearTimeout(this.#rest);
      this.#drawsAtOnce = true;
      scheduleRender();
    };
  }

  /** Draws in the next frame, moving or not. */
  readonly draw: () => void;

  /** Runs what moves the camera in one step, as fitting does: it is drawn, not glided to. */
  step(move: () => void): void {
    this.#drawsAtOnce = true;
    move();
  }

  /** The picture that stands is elsewhere than the camera: nothing may be painted over it before it is drawn anew. */
  get isGliding(): boolean {
    return this.#isGliding;
  }

  stop(): void {
    clearTimeout(this.#rest);
  }

  /** True when the picture was shifted, so that nothing is to be drawn in this frame. */
  #glides(): boolean {
    const drawn = this.#drawn;
    if (!drawn || this.#drawsAtOnce || !this.isLarge()) return false;
    const { x, y, ratio } = this.sigma.getCamera().getState();
    if (!this.#isGliding && x === drawn.x && y === drawn.y && ratio === drawn.ratio) return false;
    const shifted = this.#shifted;
    if (this.#isGliding && shifted && x === shifted.x && y === shifted.y && ratio === shifted.ratio)
      return true;
    this.#shifted = { x, y, ratio };
    const cameraState = { x, y, ratio, angle: 0 };
    const [from, to] = [0, 1].map(
      (at) => this.sigma.framedGraphToViewport({ x: at, y: 0 }, { cameraState }).x,
    );
    const unit = to! - from!;
    const shift = `translate(${(drawn.x - x) * unit}px, ${(y - drawn.y) * unit}px) scale(${drawn.ratio / ratio})`;
    for (const layer of this.#layers()) layer.style.transform = shift;
    this.#isGliding = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(this.draw, this.sigma.getMouseCaptor().isMouseDown ? heldRestMs : restMs);
    return true;
  }

  #stand(): void {
    const { x, y, ratio } = this.sigma.getCamera().getState();
    this.#drawn = { x, y, ratio };
    this.#drawsAtOnce = false;
    clearTimeout(this.#rest);
    if (!this.#isGliding) return;
    this.#isGliding = false;
    for (const layer of this.#layers()) layer.style.transform = '';
  }

  /** All but the one that takes the pointer. */
  #layers(): HTMLCanvasElement[] {
    return Object.entries(this.sigma.getCanvases()).flatMap(([name, layer]) =>
      name === 'mouse' ? [] : [layer],
    );
  }
}
