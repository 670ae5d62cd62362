/**
 * A document on the page: its background, and the growing and moving layers over it.
 *
 * @import { Background } from "./background.js"
 * @import { Document, Item } from "./document.js"
 * @import { Images } from "./images.js"
 * @import { Canvas } from "./strokes.js"
 * @import { Arrays } from "./unpack.js"
 */

import { PanelBand } from "./bands.js";
import { GrowingCanvas, setSize } from "./growing-canvas.js";
import { DisplayLists } from "./display-lists.js";
import { Path } from "./path.js";
import { TextLine } from "./texts.js";
import { drawHead, drawTip } from "./tips.js";
import { Words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{ paths: Path[], panelBands: PanelBand[] }} Trails */

/**
 * The canvases that the pictures of a page share.
 *
 * @typedef {{ growing: HTMLCanvasElement, moving: HTMLCanvasElement }} Layers
 */

/** @returns {Layers} */
export function makeLayers() {
  const [growing, moving] = [0, 1].map(() => {
    const canvas = document.createElement("canvas");
    canvas.className = "layer";
    return canvas;
  });
  return { growing, moving };
}

/** Draws a document. */
export class Picture {
  /**
   * @param {Document} scene
   * @param {Arrays} arrays
   * @param {string[]} texts
   * @param {Images} images
   * @param {Background} background
   * @param {Layers} layers
   */
  constructor(scene, arrays, texts, images, background, layers) {
    this.scene = scene;
    this.background = background;
    /** The settings that are not shown, by their indices. @type {Set<number>} */
    this.hidden = new Set();
    this.scale = 1;
    /** @type {Map<Item, Trails>} */
    this.trails = new Map();
    /** @type {Map<Item, DisplayLists>} */
    this.lists = new Map();
    /** @type {TextLine[]} */
    this.lines = [];
    for (const item of scene.items) {
      if (item.kind === "trails" && item.panel !== null) {
        const panel = scene.panels[item.panel];
        this.trails.set(item, {
          paths: item.trails.map((one) => new Path(one, panel, item.pens, arrays)),
          panelBands: item.bands.map((band) => new PanelBand(band, panel, arrays)),
        });
      } else if (item.kind === "ops") {
        const box = item.panel === null ? null : scene.panels[item.panel].box;
        const isMoving = item.mode === "moving";
        const words = isMoving ? new Words(`words-${this.lists.size}`, box) : null;
        const lists = new DisplayLists(item, arrays, texts, images, box, words);
        this.lists.set(item, lists);
      } else if (item.kind === "text") {
        this.lines.push(new TextLine(item, arrays, texts));
      }
    }
    const pieces = [...this.trails.values()].flatMap(({ paths }) => paths).length;
    this.growing = new GrowingCanvas(
      layers.growing,
      scene.steps,
      pieces,
      (canvas, step) => this.grow(canvas, step),
    );
    this.moving = layers.moving;
    this.texts = document.createElementNS(SVG, "svg");
    this.texts.setAttribute("viewBox", `0 0 ${scene.size.join(" ")}`);
    this.texts.setAttribute("preserveAspectRatio", "none");
    this.texts.setAttribute("role", "group");
    this.texts.append(
      ...[...this.lists.values()].flatMap(({ words }) => words?.node ?? []),
      ...this.lines.map(({ node }) => node),
    );
  }

  /** The layers, the lowest first. @returns {Element[]} */
  get nodes() {
    return [this.background.svg, this.growing.node, this.moving, this.texts];
  }

  /** Return all paths and curves that are shown. @returns {Path[]} */
  get paths() {
    return [...this.trails.values()].flatMap(({ paths }) =>
      paths.filter((path) => this.isShown(path.trail.owner)),
    );
  }

  /** @param {number | null} owner */
  isShown(owner) {
    return owner === null || !this.hidden.has(owner);
  }

  /**
   * Fit the picture to a number of pixels of the screen.
   *
   * @param {number} width
   */
  resize(width) {
    const [wide, high] = this.scene.size;
    const height = Math.round((width * high) / wide);
    this.scale = width / wide;
    this.growing.resize(width, height, this.scale);
    setSize(this.moving, width, height);
    this.background.paint(this.scale);
  }

  /**
   * Hide some settings, and show all others.
   *
   * @param {Set<number>} settings
   */
  hide(settings) {
    this.hidden = settings;
    this.growing.forget();
    this.scene.settings.forEach(({ keys, groups }, index) => {
      const isShown = this.isShown(index);
      for (const id of keys) {
        this.fade(id, isShown ? "" : "0.35");
      }
      for (const id of groups) {
        this.fade(id, isShown ? "" : "0");
      }
    });
    for (const [item, { words }] of this.lists) {
      if (words && !this.isShown(item.owner)) {
        words.begin();
        words.end();
      }
    }
    for (const { item, node } of this.lines) {
      const isShown = this.isShown(item.owner);
      node.style.opacity = isShown || item.role !== "key" ? "" : "0.35";
      node.style.display = isShown || item.role === "key" ? "" : "none";
    }
  }

  /**
   * Set the opacity of a group of the background.
   *
   * @param {string} id
   * @param {string} opacity
   */
  fade(id, opacity) {
    const group = this.background.group(id);
    if (group) {
      group.style.opacity = opacity;
    }
  }

  /**
   * Show a step, or a point between two steps.
   *
   * @param {number} step
   */
  draw(step) {
    this.growing.show(Math.floor(step));
    const canvas = /** @type {Canvas} */ (this.moving.getContext("2d"));
    canvas.setTransform(1, 0, 0, 1, 0, 0);
    canvas.clearRect(0, 0, this.moving.width, this.moving.height);
    canvas.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    for (const item of this.scene.items) {
      if (this.isShown(item.owner)) {
        this.move(canvas, item, step);
      }
    }
    for (const line of this.lines) {
      line.update(step, this.scale);
    }
  }

  /**
   * Draw the pieces that a step adds to growing items.
   *
   * @param {Canvas} canvas
   * @param {number} step
   */
  grow(canvas, step) {
    for (const [item, { paths, panelBands }] of this.trails) {
      this.clipped(canvas, item, () => {
        for (const panelBand of panelBands) {
          if (this.isShown(panelBand.band.owner)) {
            panelBand.drawStep(canvas, step, this.scale);
          }
        }
        for (const path of paths) {
          if (this.isShown(path.trail.owner) && !path.isEmpty) {
            path.route(this.scale);
            path.drawStep(canvas, step);
          }
        }
      });
    }
    for (const [item, lists] of this.lists) {
      if (lists.item.mode === "growing" && this.isShown(item.owner)) {
        this.clipped(canvas, item, () => lists.draw(canvas, step));
      }
    }
  }

  /**
   * Draw an item if it moves.
   *
   * @param {Canvas} canvas
   * @param {Item} item
   * @param {number} step
   */
  move(canvas, item, step) {
    if (item.kind === "ops" && item.mode === "moving") {
      this.clipped(canvas, item, () => this.lists.get(item)?.draw(canvas, step));
    } else if (item.kind === "tip") {
      const trails = this.trails.get(this.scene.items[item.trails]);
      const path = trails?.paths[item.trail];
      if (!trails || !path || path.isEmpty || !this.isShown(path.trail.owner)) {
        return;
      }
      path.route(this.scale);
      this.clipped(canvas, item, () => {
        if (item.head) {
          drawHead(canvas, path, this.markers(trails), step);
        } else {
          drawTip(canvas, path, step);
        }
      });
    }
  }

  /**
   * Return the paths of a panel that have markers.
   *
   * @param {Trails} trails
   */
  markers({ paths }) {
    const found = paths.filter(
      (path) => !path.isEmpty && !path.trail.isDashed && this.isShown(path.trail.owner),
    );
    for (const path of found) {
      path.route(this.scale);
    }
    return found;
  }

  /**
   * Draw only within the panel of an item, with a round pen.
   *
   * @param {Canvas} canvas
   * @param {Item} item
   * @param {() => void} draw
   */
  clipped(canvas, item, draw) {
    canvas.save();
    canvas.lineCap = "round";
    canvas.lineJoin = "round";
    if (item.panel !== null) {
      const [left, top, right, bottom] = this.scene.panels[item.panel].box;
      canvas.beginPath();
      canvas.rect(left, top, right - left, bottom - top);
      canvas.clip();
    }
    draw();
    canvas.restore();
  }
}
