/**
 * Moves coinciding paths apart, as drawing/offsets.py does.
 *
 * @import { Numbers } from "./unpack.js"
 */

/**
 * Move points perpendicular to the path through them. Paths of opposite directions are
 * moved to the same side.
 *
 * @param {Float64Array} x in pixels; they are changed
 * @param {Float64Array} y downwards
 * @param {Numbers} offsets of the points, in multiples of the width
 * @param {number} width
 */
export function moveAside(x, y, offsets, width) {
  const last = x.length - 1;
  if (last < 1) {
    return;
  }
  const [xs, ys] = [x.slice(), y.slice()];
  for (let i = 0; i <= last; i++) {
    const [before, after] = [Math.max(i - 1, 0), Math.min(i + 1, last)];
    const across = (xs[after] - xs[before]) / (after - before);
    const up = (ys[before] - ys[after]) / (after - before);
    const length = Math.hypot(across, up);
    let [right, above] = length ? [-up / length, across / length] : [0, 1];
    if (right < 0 || (right === 0 && above < 0)) {
      [right, above] = [-right, -above];
    }
    x[i] += offsets[i] * width * right;
    y[i] -= offsets[i] * width * above;
  }
}
