/**
 * The colours of loss maps as pictures, each painted once for a size of the screen.
 *
 * @import { LossMap, Panel } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Grid, paintMap } from "./heat.js";

/**
 * @typedef {object} Painting
 * @property {HTMLCanvasElement} canvas
 * @property {string} url "" until it is there
 * @property {Promise<string>} done resolves with its address
 */

/** The painted maps of a page. */
export class Paintings {
  /** @param {Arrays} arrays */
  constructor(arrays) {
    this.arrays = arrays;
    /** @type {Map<number, Grid>} */
    this.grids = new Map();
    /** @type {Map<string, Painting>} */
    this.painted = new Map();
    this.scale = 0;
  }

  /**
   * Return the loss of a map.
   *
   * @param {LossMap} map
   */
  grid(map) {
    let found = this.grids.get(map.loss);
    if (found === undefined) {
      found = new Grid(map, this.arrays);
      this.grids.set(map.loss, found);
    }
    return found;
  }

  /**
   * Return the painted map of a panel.
   *
   * @param {Panel} panel
   * @param {LossMap} map
   * @param {number} scale pixels of the screen in a pixel of the figure
   * @returns {Painting | null}
   */
  get(panel, map, scale) {
    if (map.bounds === null || map.colors === null) {
      return null;
    }
    if (scale !== this.scale) {
      this.forget();
      this.scale = scale;
    }
    const key = JSON.stringify([map, panel.box, panel.x, panel.y]);
    let found = this.painted.get(key);
    if (found === undefined) {
      const [left, top, right, bottom] = panel.box;
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round((right - left) * scale));
      canvas.height = Math.max(1, Math.round((bottom - top) * scale));
      const colors = this.arrays.get(map.colors);
      paintMap(canvas, panel, this.grid(map), this.arrays.get(map.bounds), colors);
      found = { canvas, url: "", done: addressOf(canvas) };
      this.painted.set(key, found);
      void found.done.then((url) => Object.assign(found ?? {}, { url }));
    }
    return found;
  }

  /** Forget all pictures; those of this size are not needed any more. */
  forget() {
    for (const { done } of this.painted.values()) {
      // What shows it may need a moment to show the next one.
      void done.then((url) => setTimeout(() => URL.revokeObjectURL(url), 10_000));
    }
    this.painted.clear();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<string>}
 */
function addressOf(canvas) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(URL.createObjectURL(blob)) : reject(new Error("no picture")),
    ),
  );
}
