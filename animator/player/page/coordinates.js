/**
 * The data coordinates of a trail.
 *
 * @import { Trail } from "./document.js"
 * @import { Arrays, Numbers } from "./unpack.js"
 */

/**
 * Return both data coordinates of a trail at each step.
 *
 * @param {Trail} trail
 * @param {Arrays} arrays
 * @returns {[ArrayLike<number>, ArrayLike<number>]}
 */
export function coordinates(trail, arrays) {
  if (trail.points !== null) {
    return columns(arrays.get(trail.points));
  }
  const y = arrays.get(trail.y);
  const steps = Float64Array.from(y, (_, step) => step);
  return [trail.x === null ? steps : arrays.get(trail.x), y];
}

/**
 * Return the columns of an array (N, 2).
 *
 * @param {Numbers} points
 * @returns {[Float64Array, Float64Array]}
 */
function columns(points) {
  const count = points.length / 2;
  const x = Float64Array.from({ length: count }, (_, i) => points[2 * i]);
  const y = Float64Array.from({ length: count }, (_, i) => points[2 * i + 1]);
  return [x, y];
}
