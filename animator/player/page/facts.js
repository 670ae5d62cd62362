/**
 * The numbers of a step or of a place, as rows of words.
 *
 * @import { Document, Panel, Series } from "./document.js"
 * @import { Path } from "./path.js"
 * @import { Arrays } from "./unpack.js"
 */

import { formatNumber } from "./numbers.js";

/** @typedef {[string, string]} Fact a name, and what it is */

/** Tells the numbers of a document. */
export class Facts {
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
   * Return the setting's label of a path.
   *
   * @param {Path} path
   */
  labelOf({ trail }) {
    return trail.owner === null ? "" : this.scene.settings[trail.owner].label;
  }

  /**
   * Return the digits that losses on a panel have, as in the key.
   *
   * @param {Panel} panel
   */
  lossDigits({ experiments }) {
    return this.scene.experiments[experiments[0]]?.digits ?? 3;
  }

  /**
   * Return what a trajectory has at a step.
   *
   * @param {Series} series
   * @param {number} step
   * @returns {Fact[]}
   */
  ofStep(series, step) {
    const { x, y, digits } = this.scene.experiments[series.experiment];
    const { outcome } = series;
    const get = (/** @type {number} */ index) => this.arrays.get(index);
    const params = get(series.params);
    /** @type {Fact[]} */
    const facts = [
      [x, formatNumber(params[2 * step], 4)],
      [y, formatNumber(params[2 * step + 1], 4)],
      ["loss", formatNumber(get(series.loss)[step], digits)],
    ];
    if (series.gradient !== null) {
      const values = get(series.gradient).subarray(2 * step, 2 * step + 2);
      const pair = Array.from(values, (value) => formatNumber(value));
      facts.push(["gradient", `(${pair.join(", ")})`]);
    }
    if (series.lr !== null && isVaried(get(series.lr))) {
      facts.push(["lr", formatNumber(get(series.lr)[step])]);
    }
    for (const [name, index] of Object.entries(series.metrics)) {
      const value = get(index)[step];
      if (!Number.isNaN(value)) {
        facts.push([name, formatNumber(value)]);
      }
    }
    if (outcome.diverged && step >= outcome.step) {
      facts.push(["", `diverged at step ${outcome.step}`]);
    }
    return facts;
  }

  /**
   * Return what is at a place of a map.
   *
   * @param {Panel} panel
   * @param {number} x
   * @param {number} y
   * @param {number} loss NaN if it is not known
   * @returns {Fact[]}
   */
  ofPlace(panel, x, y, loss) {
    /** @type {Fact[]} */
    const facts = [
      [panel.x.label || "x", formatPlace(x, panel.x.limits)],
      [panel.y.label || "y", formatPlace(y, panel.y.limits)],
    ];
    if (panel.map) {
      facts.push(["loss", formatNumber(loss, this.lossDigits(panel))]);
    }
    return facts;
  }
}

/** @param {ArrayLike<number>} values */
function isVaried(values) {
  return Array.from(values).some((v) => v !== values[0] && !Number.isNaN(v));
}

/**
 * Write a coordinate so that a thousandth of the range is seen.
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
