/**
 * Reads the numbers at a step or a position, as rows of names and values.
 *
 * @import { Document, Panel, Series } from "./document.js"
 * @import { Path } from "./path.js"
 * @import { Arrays } from "./unpack.js"
 */

import { formatNumber } from "./numbers.js";

/** @typedef {[string, string]} Reading a name and a value */

/** Reads the numbers of a document. */
export class Readings {
  /**
   * @param {Document} scene
   * @param {Arrays} arrays
   */
  constructor(scene, arrays) {
    this.scene = scene;
    this.arrays = arrays;
  }

  /**
   * Return the trajectory that a path shows.
   *
   * @param {Path} path
   * @returns {Series | null}
   */
  seriesOf({ trail }) {
    return trail.series === null ? null : this.scene.series[trail.series];
  }

  /**
   * Return the label of a path's setting.
   *
   * @param {Path} path
   */
  labelOf({ trail }) {
    return trail.owner === null ? "" : this.scene.settings[trail.owner].label;
  }

  /**
   * Return the number of digits of losses on a panel, as in the legend.
   *
   * @param {Panel} panel
   */
  lossDigits({ experiments }) {
    return this.scene.experiments[experiments[0]]?.digits ?? 3;
  }

  /**
   * Return the numbers of a trajectory at a step.
   *
   * @param {Series} series
   * @param {number} step
   * @returns {Reading[]}
   */
  ofStep(series, step) {
    const { x, y, digits } = this.scene.experiments[series.experiment];
    const { outcome } = series;
    const get = (/** @type {number} */ index) => this.arrays.get(index);
    const params = get(series.params);
    /** @type {Reading[]} */
    const readings = [
      [x, formatNumber(params[2 * step], 4)],
      [y, formatNumber(params[2 * step + 1], 4)],
      ["loss", formatNumber(get(series.loss)[step], digits)],
    ];
    if (series.gradient !== null) {
      const values = get(series.gradient).subarray(2 * step, 2 * step + 2);
      const pair = Array.from(values, (value) => formatNumber(value));
      readings.push(["gradient", `(${pair.join(", ")})`]);
    }
    if (series.lr !== null && isVaried(get(series.lr))) {
      readings.push(["lr", formatNumber(get(series.lr)[step])]);
    }
    for (const [name, index] of Object.entries(series.metrics)) {
      const value = get(index)[step];
      if (!Number.isNaN(value)) {
        readings.push([name, formatNumber(value)]);
      }
    }
    if (outcome.diverged && step >= outcome.step) {
      readings.push(["", `diverged at step ${outcome.step}`]);
    }
    return readings;
  }

  /**
   * Return the numbers at a position on a map.
   *
   * @param {Panel} panel
   * @param {number} x
   * @param {number} y
   * @param {number} loss NaN if it is not known
   * @returns {Reading[]}
   */
  ofPlace(panel, x, y, loss) {
    /** @type {Reading[]} */
    const readings = [
      [panel.x.label || "x", formatPlace(x, panel.x.limits)],
      [panel.y.label || "y", formatPlace(y, panel.y.limits)],
    ];
    if (panel.map) {
      readings.push(["loss", formatNumber(loss, this.lossDigits(panel))]);
    }
    return readings;
  }
}

/** @param {ArrayLike<number>} values */
function isVaried(values) {
  return Array.from(values).some((v) => v !== values[0] && !Number.isNaN(v));
}

/**
 * Format a coordinate with a precision of a thousandth of the range.
 *
 * @param {number} value
 * @param {[number, number]} limits
 */
function formatPlace(value, [low, high]) {
  const power = Math.floor(Math.log10(Math.abs(high - low)));
  const decimals = 2 - power;
  if (decimals < 0 || decimals > 6) {
    return formatNumber(value);
  }
  const text = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(text) ? "−" : ""}${text}`;
}
