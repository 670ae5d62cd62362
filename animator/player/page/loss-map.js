/**
 * Paints loss maps from their grids, and reads losses from them.
 *
 * @import { LossMap, Panel } from "./document.js"
 * @import { Arrays, Numbers } from "./unpack.js"
 */

import { dataAt } from "./axes.js";

/** The loss on a grid, interpolated bilinearly between its points. */
export class Grid {
  /**
   * @param {LossMap} map
   * @param {Arrays} arrays
   */
  constructor(map, arrays) {
    this.loss = arrays.get(map.loss);
    this.x = arrays.get(map.x);
    this.y = arrays.get(map.y);
    this.columns = this.x.length;
    this.rows = this.y.length;
  }

  /**
   * Return the loss at a position; NaN outside the grid.
   *
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const [column, right] = place(this.x, x);
    const [row, up] = place(this.y, y);
    const isOutside = (/** @type {number} */ i, /** @type {number} */ share) =>
      i < 0 || share < -1e-6 || share > 1 + 1e-6;
    return isOutside(column, right) || isOutside(row, up)
      ? NaN
      : this.between(row, up, column, right);
  }

  /**
   * @param {number} row
   * @param {number} up
   * @param {number} column
   * @param {number} right
   */
  between(row, up, column, right) {
    const { loss, columns } = this;
    const start = row * columns + column;
    const next = up ? columns : 0;
    const beside = right ? 1 : 0;
    const low = mix(loss[start], loss[start + beside], right);
    const high = mix(loss[start + next], loss[start + next + beside], right);
    return mix(low, high, up);
  }
}

/**
 * Paint a panel's map on a canvas, which covers the panel's box.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Panel} panel
 * @param {Grid} grid
 * @param {Numbers} bounds
 * @param {Numbers} colors
 */
export function paintMap(canvas, panel, grid, bounds, colors) {
  const { width, height } = canvas;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const palette = new Uint32Array(new Uint8Array(colors).buffer);
  const [left, top, right, bottom] = panel.box;
  const across = (right - left) / width;
  const down = (bottom - top) / height;
  const columns = Array.from({ length: width }, (_, i) =>
    clamped(grid.x, dataAt(panel, left + (i + 0.5) * across, top)[0]),
  );
  const find = finder(bounds);
  for (let line = 0; line < height; line++) {
    const y = dataAt(panel, left, top + (line + 0.5) * down)[1];
    const [row, up] = clamped(grid.y, y);
    for (let i = 0; i < width; i++) {
      const [column, beside] = columns[i];
      const loss = grid.between(row, up, column, beside);
      pixels[line * width + i] = Number.isFinite(loss) ? palette[find(loss)] : 0;
    }
  }
  context.putImageData(picture, 0, 0);
}

/**
 * Return a function that counts the bounds up to a value. It starts from the last
 * result, because neighbouring values are similar.
 *
 * @param {Numbers} bounds ascending
 */
function finder(bounds) {
  let index = 0;
  return (/** @type {number} */ value) => {
    while (index < bounds.length && bounds[index] <= value) {
      index++;
    }
    while (index > 0 && bounds[index - 1] > value) {
      index--;
    }
    return index;
  };
}

/**
 * Return the grid point before a value, and its fractional distance to the next.
 *
 * @param {Numbers} values ascending, evenly spaced
 * @param {number} value
 * @returns {[number, number]}
 */
function place(values, value) {
  const last = values.length - 1;
  const at = ((value - values[0]) / (values[last] - values[0])) * last;
  const index = Math.max(0, Math.min(last - 1, Math.floor(at)));
  return [index, at - index];
}

/** @param {Numbers} values @param {number} value @returns {[number, number]} */
function clamped(values, value) {
  const [index, share] = place(values, value);
  return [index, Math.max(0, Math.min(1, share))];
}

/** @param {number} a @param {number} b @param {number} share */
function mix(a, b, share) {
  return share === 0 ? a : share === 1 ? b : a + share * (b - a);
}
