/**
 * What does not move: the picture's background, and the colours of its maps.
 *
 * @import { Document, Panel } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Grid, paintMap } from "./heat.js";

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
    this.panels = scene.panels;
    this.source = scene.background.map((index) => texts[index]).join("");
    const over = parseSvg(this.source);
    const under = /** @type {SVGSVGElement} */ (over.cloneNode(false));
    /** @type {Map<Panel, Grid>} */
    this.grids = new Map();
    /** @type {{ panel: Panel, canvas: HTMLCanvasElement }[]} */
    this.maps = [];
    for (const panel of scene.panels) {
      if (panel.map) {
        this.grids.set(panel, new Grid(panel.map, arrays));
        const image = panel.map.image && find(over, panel.map.image);
        if (image) {
          lower(image, under);
          image.remove();
          this.maps.push({ panel, canvas: mapCanvas(panel, scene.size) });
        }
      }
    }
    this.svg = over;
    const canvases = this.maps.map(({ canvas }) => canvas);
    /** In the order in which they lie on each other. @type {Element[]} */
    this.nodes = under.childElementCount
      ? [under, ...canvases, over]
      : [...canvases, over];
  }

  /**
   * Return the loss grid of a panel, if it has one.
   *
   * @param {Panel} panel
   */
  grid(panel) {
    return this.grids.get(panel) ?? null;
  }

  /**
   * Paint the maps anew.
   *
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  paint(scale) {
    for (const { panel, canvas } of this.maps) {
      const { map, box } = panel;
      const width = Math.max(1, Math.round((box[2] - box[0]) * scale));
      const height = Math.max(1, Math.round((box[3] - box[1]) * scale));
      if (!map || map.bounds === null || map.colors === null) {
        continue;
      }
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        const grid = /** @type {Grid} */ (this.grids.get(panel));
        const { arrays } = this;
        paintMap(canvas, panel, grid, arrays.get(map.bounds), arrays.get(map.colors));
      }
    }
  }

  /**
   * Return the background as one SVG, its maps included, for a picture of the page.
   *
   * @param {Map<string, string>} opacities of some groups
   * @returns {SVGSVGElement}
   */
  whole(opacities) {
    const svg = parseSvg(this.source);
    for (const { panel, canvas } of this.maps) {
      const image = panel.map && panel.map.image && find(svg, panel.map.image);
      if (image) {
        image.setAttribute("href", canvas.toDataURL());
      }
    }
    for (const [id, opacity] of opacities) {
      find(svg, id)?.style.setProperty("opacity", opacity);
    }
    return svg;
  }

  /**
   * Return a group of the SVG.
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
  for (const style of svg.querySelectorAll("style, metadata")) {
    style.remove();
  }
  // Matplotlib's own style, which must not reach beyond this SVG.
  svg.setAttribute("style", "stroke-linejoin:round;stroke-linecap:butt");
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
 * Move what lies below an image, on its axes, to another SVG.
 *
 * @param {Element} image
 * @param {SVGSVGElement} under
 */
function lower(image, under) {
  let node = image;
  /** @type {Element[]} */
  const lowered = [];
  // Axes are in the outermost group, which is that of the figure.
  while (node.parentElement?.parentElement?.localName === "g") {
    const parent = node.parentElement;
    const group = /** @type {Element} */ (parent.cloneNode(false));
    while (parent.firstElementChild && parent.firstElementChild !== node) {
      group.append(parent.firstElementChild);
    }
    lowered.unshift(group);
    node = parent;
  }
  under.append(...lowered.filter((group) => group.childElementCount));
}

/**
 * @param {Panel} panel
 * @param {[number, number]} size
 */
function mapCanvas({ box: [left, top, right, bottom] }, [width, height]) {
  const canvas = document.createElement("canvas");
  canvas.className = "map";
  canvas.width = 0;
  const percent = (/** @type {number} */ share) => `${100 * share}%`;
  Object.assign(canvas.style, {
    left: percent(left / width),
    top: percent(top / height),
    width: percent((right - left) / width),
    height: percent((bottom - top) / height),
  });
  return canvas;
}
