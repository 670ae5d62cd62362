/**
 * A canvas to which each step only adds, so that it is drawn step by step.
 *
 * To go back, it starts from the newest earlier copy of itself.
 *
 * @import { Canvas } from "./strokes.js"
 */

/** The largest number of copies, and of their bytes. */
const MOST = 24;
const BYTES = 1e8;
/** Drawing this number of pieces takes as long as making a copy. */
const FEW = 200;

/** The growing layer of a picture. */
export class GrowingCanvas {
  /**
   * @param {HTMLCanvasElement} node
   * @param {number} steps the number of the last step
   * @param {number} pieces about the number of pieces that a step adds
   * @param {(canvas: Canvas, step: number) => void} drawStep draws what a step adds
   */
  constructor(node, steps, pieces, drawStep) {
    this.node = node;
    this.steps = steps;
    this.pieces = pieces;
    this.drawStep = drawStep;
    this.canvas = /** @type {Canvas} */ (this.node.getContext("2d"));
    this.drawn = -1;
    /** By step. @type {Map<number, HTMLCanvasElement>} */
    this.copies = new Map();
    this.every = 1;
    this.scale = 1;
  }

  /**
   * @param {number} width in pixels of the screen
   * @param {number} height
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  resize(width, height, scale) {
    setSize(this.node, width, height);
    this.scale = scale;
    const count = Math.min(MOST, Math.floor(BYTES / (4 * width * height)));
    this.every = Math.ceil(
      Math.max(FEW / Math.max(this.pieces, 1), this.steps / Math.max(count, 1), 8),
    );
    this.forget();
  }

  /** Draw everything again at the next step. */
  forget() {
    this.copies.clear();
    this.clear(null);
    this.drawn = -1;
  }

  /**
   * Show the pieces of all steps up to a step.
   *
   * @param {number} step a whole number
   */
  show(step) {
    const copied = this.newestCopy(step);
    if (step < this.drawn || copied > this.drawn) {
      this.clear(this.copies.get(copied) ?? null);
      this.drawn = copied;
    }
    while (this.drawn < step) {
      this.drawn++;
      this.drawStep(this.canvas, this.drawn);
      if (this.drawn && this.drawn % this.every === 0 && !this.copies.has(this.drawn)) {
        this.copies.set(this.drawn, copyOf(this.node));
      }
    }
  }

  /** @param {number} step */
  newestCopy(step) {
    let at = step - (step % this.every);
    while (at >= 0 && !this.copies.has(at)) {
      at -= this.every;
    }
    return Math.max(at, -1);
  }

  /** Show a copy, or nothing. @param {HTMLCanvasElement | null} copy */
  clear(copy) {
    const { canvas, node, scale } = this;
    canvas.setTransform(1, 0, 0, 1, 0, 0);
    canvas.clearRect(0, 0, node.width, node.height);
    if (copy) {
      canvas.drawImage(copy, 0, 0);
    }
    canvas.setTransform(scale, 0, 0, scale, 0, 0);
  }
}

/**
 * Set the size of a canvas; a different size clears it.
 *
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {number} height
 */
export function setSize(node, width, height) {
  if (node.width !== width || node.height !== height) {
    node.width = width;
    node.height = height;
  }
}

/** @param {HTMLCanvasElement} node */
function copyOf(node) {
  const copy = document.createElement("canvas");
  copy.width = node.width;
  copy.height = node.height;
  /** @type {Canvas} */ (copy.getContext("2d")).drawImage(node, 0, 0);
  return copy;
}
