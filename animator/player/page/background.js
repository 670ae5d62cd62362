/**
 * The background of a picture, with the colours of its loss maps.
 *
 * @import { Document, LossMap, Panel } from "./document.js"
 * @import { MapImages } from "./map-images.js"
 */

import { withPaths } from "./placed.js";
import { hideNumbers } from "./words.js";

/** The background of a document. Documents with equal backgrounds share it. */
export class Background {
  /**
   * @param {Document} scene
   * @param {string[]} texts
   * @param {MapImages} mapImages
   */
  constructor(scene, texts, mapImages) {
    this.mapImages = mapImages;
    const source = scene.background.map((index) => texts[index]).join("");
    this.svg = parseSvg(withPaths(source, texts));
    /** @type {{ panel: Panel, map: LossMap, image: Element }[]} */
    this.maps = [];
    for (const panel of scene.panels) {
      const { map } = panel;
      const image = map?.image ? find(this.svg, map.image) : null;
      if (map && image) {
        this.maps.push({ panel, map, image });
      }
    }
    this.scale = 0;
    /** Resolves when the maps that were painted last are visible. */
    this.painted = Promise.resolve();
  }

  /**
   * Paint the maps.
   *
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  paint(scale) {
    if (scale !== this.scale) {
      this.scale = scale;
      const done = this.maps.map((one) => this.paintOne(one, scale));
      this.painted = Promise.all(done).then(() => undefined);
    }
  }

  /**
   * @param {{ panel: Panel, map: LossMap, image: Element }} one
   * @param {number} scale
   */
  async paintOne({ panel, map, image }, scale) {
    const mapImage = this.mapImages.get(panel, map, scale);
    if (mapImage) {
      const url = mapImage.url || (await mapImage.done);
      if (scale === this.scale) {
        image.setAttribute("href", url);
        await loaded(image);
      }
    }
  }

  /**
   * Return a copy of the background that does not refer to other files.
   *
   * @returns {SVGSVGElement}
   */
  copy() {
    const svg = /** @type {SVGSVGElement} */ (this.svg.cloneNode(true));
    for (const { panel, map } of this.maps) {
      const mapImage = this.mapImages.get(panel, map, this.scale);
      const image = map.image && find(svg, map.image);
      if (image && mapImage) {
        image.setAttribute("href", mapImage.canvas.toDataURL());
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

/** The backgrounds of a page. */
export class Backgrounds {
  /**
   * @param {string[]} texts
   * @param {MapImages} mapImages
   */
  constructor(texts, mapImages) {
    this.texts = texts;
    this.mapImages = mapImages;
    /** @type {Map<string, Background>} */
    this.made = new Map();
  }

  /**
   * Return the background of a document.
   *
   * @param {Document} scene
   */
  get(scene) {
    const maps = scene.panels.map(({ map, box, x, y }) => [map, box, x, y]);
    const key = JSON.stringify([scene.background, scene.size, maps]);
    let found = this.made.get(key);
    if (found === undefined) {
      found = new Background(scene, this.texts, this.mapImages);
      this.made.set(key, found);
    }
    return found;
  }
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
  svg.setAttribute("role", "group");
  svg.querySelectorAll("text").forEach(hideNumbers);
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
 * Wait until an image is loaded.
 *
 * @param {Element} image
 */
function loaded(image) {
  return new Promise((resolve) => {
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", resolve, { once: true });
  });
}
