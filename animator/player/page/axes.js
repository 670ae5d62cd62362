/**
 * Places on a panel: from data coordinates to pixels of the figure, and back.
 *
 * @import { Axis, Panel } from "./document.js"
 */

/** What matplotlib takes for the logarithm of what has none. */
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
 * Return where a value is from the left, in pixels.
 *
 * @param {Panel} panel
 * @param {number} value
 */
export function xOf(panel, value) {
  const [left, , right] = panel.box;
  return left + share(panel.x, value) * (right - left);
}

/**
 * Return where a value is from the top, in pixels.
 *
 * @param {Panel} panel
 * @param {number} value
 */
export function yOf(panel, value) {
  const [, top, , bottom] = panel.box;
  return bottom - share(panel.y, value) * (bottom - top);
}

/**
 * Return the data coordinates of a place in pixels.
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
 * Return the first panel in whose box a place is; -1 if it is in none.
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
