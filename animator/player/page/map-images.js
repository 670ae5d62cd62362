/**
 * Images of loss maps, each painted once per size on the screen.
 *
 * @import { LossMap, Panel } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Grid, paintMap } from "./loss-map.js";

/**
 * @typedef {object} MapImage
 * @property {HTMLCanvasElement} canvas
 * @property {string} url "" until it is known
 * @property {Promise<string>} done resolves with the URL
 */

/** The images of the maps of a page. */
export class MapImages {
  /** @param {Arrays} arrays */
  constructor(arrays) {
    this.arrays = arrays;
    /** @type {Map<number, Grid>} */
    this.grids = new Map();
    /** @type {Map<string, MapImage>} */
    this.painted = new Map();
    this.scale = 0;
  }

  /**
   * Return the grid of a map.
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
   * Return the image of a panel's map.
   *
   * @param {Panel} panel
   * @param {LossMap} map
   * @param {number} scale pixels of the screen in a pixel of the figure
   * @returns {MapImage | null}
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

  /** Drop all images, because the size has changed. */
  forget() {
    for (const { done } of this.painted.values()) {
      // The old image may be visible until the next one is loaded.
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
