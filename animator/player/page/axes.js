/**
 * Converts data coordinates of a panel to pixels of the figure, and back.
 *
 * @import { Axis, Panel } from "./document.js"
 */

/** The value that matplotlib uses as the logarithm of numbers that are not positive. */
const NO_LOG = -1000;

/** @param {Axis} axis @param {number} value */
function share(axis, value) {
  const [low, high] = axis.limits;
  if (axis.scale === "log") {
    const first = Math.log10(low);
    const place = value > 0 ? Math.log10(value) : value <= 0 ? NO_LOG : NaN;
    return (place - first) / (Math.log10(high) - first);
  }
  return (value - low) / (high - low);
}

/** @param {Axis} axis @param {number} at */
function valueAt(axis, at) {
  const [low, high] = axis.limits;
  if (axis.scale === "log") {
    return low * (high / low) ** at;
  }
  return low + at * (high - low);
}

/**
 * Return the distance of a value from the left, in pixels.
 *
 * @param {Panel} panel
 * @param {number} value
 */
export function xOf(panel, value) {
  const [left, , right] = panel.box;
  return left + share(panel.x, value) * (right - left);
}

/**
 * Return the distance of a value from the top, in pixels.
 *
 * @param {Panel} panel
 * @param {number} value
 */
export function yOf(panel, value) {
  const [, top, , bottom] = panel.box;
  return bottom - share(panel.y, value) * (bottom - top);
}

/**
 * Return the data coordinates of a position in pixels.
 *
 * @param {Panel} panel
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function dataAt(panel, x, y) {
  const [left, top, right, bottom] = panel.box;
  return [
    valueAt(panel.x, (x - left) / (right - left)),
    valueAt(panel.y, (bottom - y) / (bottom - top)),
  ];
}

/**
 * Return the index of the first panel that contains a position; -1 if there is none.
 *
 * @param {Panel[]} panels
 * @param {number} x
 * @param {number} y
 */
export function panelAt(panels, x, y) {
  return panels.findIndex(
    ({ box: [left, top, right, bottom] }) =>
      x >= left && x <= right && y >= top && y <= bottom,
  );
}
