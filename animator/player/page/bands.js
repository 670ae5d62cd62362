/**
 * Translucent bands over the steps, as drawing/band.py draws them: each step adds some
 * columns of whole pixels, so that no pixel is covered twice.
 *
 * @import { Band, Panel } from "./document.js"
 * @import { Canvas } from "./strokes.js"
 * @import { Arrays } from "./unpack.js"
 */

import { xOf, yOf } from "./axes.js";

/** Ends that lie farther outside the axes are drawn at this distance, in pixels. */
const FAR = 100;

/** Draws a band on its panel. */
export class PanelBand {
  /**
   * @param {Band} band
   * @param {Panel} panel
   * @param {Arrays} arrays
   */
  constructor(band, panel, arrays) {
    this.band = band;
    this.panel = panel;
    const low = arrays.get(band.low);
    const high = arrays.get(band.high);
    const isKnown = (/** @type {number} */ i) =>
      !Number.isNaN(low[i]) && !Number.isNaN(high[i]);
    this.begin = 0;
    while (this.begin < low.length && !isKnown(this.begin)) {
      this.begin++;
    }
    this.end = this.begin;
    while (this.end + 1 < low.length && isKnown(this.end + 1)) {
      this.end++;
    }
    const steps = Array.from({ length: this.end - this.begin + 1 });
    this.x = steps.map((_, i) => xOf(panel, this.begin + i));
    this.low = steps.map((_, i) => this.height(low[this.begin + i]));
    this.high = steps.map((_, i) => this.height(high[this.begin + i]));
  }

  /** @param {number} value */
  height(value) {
    const [, top, , bottom] = this.panel.box;
    const finite = Math.max(-1e300, Math.min(1e300, value));
    return Math.max(top - FAR, Math.min(bottom + FAR, yOf(this.panel, finite)));
  }

  /**
   * Draw the piece that a step adds.
   *
   * @param {Canvas} canvas
   * @param {number} step
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  drawStep(canvas, step, scale) {
    const before = Math.max(step - 1, this.begin);
    const after = Math.min(step, this.end);
    if (after <= before) {
      return;
    }
    const [left, right] = [before, after].map(
      (at) => Math.round(xOf(this.panel, at) * scale) / scale,
    );
    if (left >= right) {
      return;
    }
    const first = Math.max(this.firstFrom(left - 1) - 1, 0);
    const last = Math.min(this.firstFrom(right + 1), this.x.length - 1);
    const [, top, , bottom] = this.panel.box;
    canvas.save();
    canvas.beginPath();
    canvas.rect(left, top, right - left, bottom - top);
    canvas.clip();
    canvas.fillStyle = this.band.color;
    canvas.beginPath();
    for (let i = first; i <= last; i++) {
      canvas.lineTo(this.x[i], this.low[i]);
    }
    for (let i = last; i >= first; i--) {
      canvas.lineTo(this.x[i], this.high[i]);
    }
    canvas.fill();
    canvas.restore();
  }

  /** Return the first point at or after a position. @param {number} place */
  firstFrom(place) {
    let low = 0;
    let high = this.x.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x[middle] < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
