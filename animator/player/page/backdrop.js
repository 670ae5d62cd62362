/**
 * What does not move: the picture's background, and the colours of its maps.
 *
 * @import { Document, LossMap, Panel } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Grid, paintMap } from "./heat.js";

/** @typedef {{ panel: Panel, map: LossMap, canvas: HTMLCanvasElement }} Painting */

/** The background of a document. Documents that have the same share it. */
export class Backdrop {
  /**
   * @param {Document} scene
   * @param {Arrays} arrays
   * @param {string[]} texts
   */
  constructor(scene, arrays, texts) {
    this.key = backdropKey(scene);
    this.arrays = arrays;
    this.svg = parseSvg(scene.background.map((index) => texts[index]).join(""));
    /** @type {Map<Panel, Grid>} */
    this.grids = new Map();
    /** @type {Painting[]} */
    this.paintings = [];
    for (const panel of scene.panels) {
      const { map } = panel;
      if (map) {
        this.grids.set(panel, new Grid(map, arrays));
        if (map.image) {
          this.paintings.push({ panel, map, canvas: document.createElement("canvas") });
        }
      }
    }
    this.number = 0;
    /** Resolves when the maps that were painted last are seen. */
    this.painted = Promise.resolve();
  }

  /**
   * Return the loss grid of a panel, if it has one; panels of documents that share the
   * background are alike.
   *
   * @param {Panel} panel
   */
  grid({ map }) {
    if (!map) {
      return null;
    }
    const found = [...this.grids].find(([panel]) => panel.map?.loss === map.loss);
    return found ? found[1] : null;
  }

  /**
   * Paint the maps anew.
   *
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  paint(scale) {
    this.number++;
    const done = this.paintings.map((painting) => this.paintOne(painting, scale));
    this.painted = Promise.all(done).then(() => undefined);
  }

  /**
   * @param {Painting} painting
   * @param {number} scale
   */
  async paintOne({ panel, map, canvas }, scale) {
    const [left, top, right, bottom] = panel.box;
    const width = Math.max(1, Math.round((right - left) * scale));
    const height = Math.max(1, Math.round((bottom - top) * scale));
    const isSame = canvas.width === width && canvas.height === height;
    const grid = this.grids.get(panel);
    if (isSame || !grid || map.bounds === null || map.colors === null) {
      return;
    }
    canvas.width = width;
    canvas.height = height;
    const { arrays, number } = this;
    paintMap(canvas, panel, grid, arrays.get(map.bounds), arrays.get(map.colors));
    const url = URL.createObjectURL(await blobOf(canvas));
    const image = map.image && find(this.svg, map.image);
    if (number !== this.number || !image) {
      URL.revokeObjectURL(url);
      return;
    }
    URL.revokeObjectURL(image.getAttribute("href") ?? "");
    image.setAttribute("href", url);
    await new Promise((resolve) => {
      image.addEventListener("load", resolve, { once: true });
      image.addEventListener("error", resolve, { once: true });
    });
  }

  /**
   * Return a copy of the background that needs nothing else.
   *
   * @returns {SVGSVGElement}
   */
  copy() {
    const svg = /** @type {SVGSVGElement} */ (this.svg.cloneNode(true));
    for (const { map, canvas } of this.paintings) {
      const image = map.image && find(svg, map.image);
      if (image) {
        image.setAttribute("href", canvas.toDataURL());
      }
    }
    return svg;
  }

  /**
   * Return a group of the background.
   *
   * @param {string} id
   * @returns {SVGGraphicsElement | null}
   */
  group(id) {
    return find(this.svg, id);
  }
}

/**
 * Return what two documents with the same background have in common.
 *
 * @param {Document} scene
 */
export function backdropKey(scene) {
  const maps = scene.panels.map(({ map, box, x, y }) => [map, box, x, y]);
  return JSON.stringify([scene.background, scene.size, maps]);
}

/**
 * @param {string} source
 * @returns {SVGSVGElement}
 */
function parseSvg(source) {
  const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
  const svg = /** @type {any} */ (document.importNode(parsed.documentElement, true));
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/**
 * @param {Element} svg
 * @param {string} id
 * @returns {SVGGraphicsElement | null}
 */
function find(svg, id) {
  return svg.querySelector(`#${CSS.escape(id)}`);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
function blobOf(canvas) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture")))),
  );
}
