/**
 * Marks the step or position at the pointer in all panels, and shows its numbers.
 *
 * @import { Reading } from "./readings.js"
 * @import { Path } from "./path.js"
 * @import { Player } from "./player.js"
 * @import { Hit } from "./hits.js"
 */

import { xOf, yOf } from "./axes.js";
import { Readings } from "./readings.js";
import { Overlay } from "./overlay.js";
import { formatNumber } from "./numbers.js";
import { haveSameCoordinates, hitAt } from "./hits.js";
import { onMap } from "./tips.js";

/** The distance at which a step is found, in CSS pixels: by a mouse, by a finger. */
const REACH = 9;
const TOUCH_REACH = 20;

/** Shows the numbers at the pointer. */
export class Pointer {
  /**
   * @param {Player} player
   * @param {HTMLElement} frame contains the picture
   */
  constructor(player, frame) {
    this.player = player;
    this.frame = frame;
    this.overlay = new Overlay(frame);
    /** @type {Hit | null} */
    this.hit = null;
    /** The setting that the keyboard or a name has selected; "" for none. */
    this.label = "";
    /** The position of the pointer, in CSS pixels of the frame. */
    this.x = 0;
    this.y = 0;
    this.reach = REACH;
    this.readings = new Readings(player.scene, player.arrays);
    this.listen();
  }

  listen() {
    const { frame } = this;
    const move = (/** @type {PointerEvent} */ event) => {
      const box = frame.getBoundingClientRect();
      const target = /** @type {Element} */ (event.composedPath()[0]);
      if (target.localName === "button") {
        return;
      }
      this.label = "";
      // A slide may be scaled: its pixels are not those of the window.
      const zoom = box.width / frame.clientWidth || 1;
      this.x = (event.clientX - box.left) / zoom;
      this.y = (event.clientY - box.top) / zoom;
      this.reach = event.pointerType === "touch" ? TOUCH_REACH : REACH;
      this.find();
    };
    frame.addEventListener("pointermove", move);
    frame.addEventListener("pointerdown", move);
    frame.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") {
        this.clear();
      }
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(frame)) {
        this.clear();
      }
    });
    this.player.listeners.push(() => this.refresh());
  }

  /** Find the step or position at the pointer, and show it. */
  find() {
    const { player, frame } = this;
    const ratio = player.scene.size[0] / frame.clientWidth;
    this.hit = hitAt(
      player.picture,
      this.x * ratio,
      this.y * ratio,
      player.state.step,
      this.reach * ratio,
    );
    this.show();
  }

  clear() {
    this.hit = null;
    this.label = "";
    this.show();
  }

  /**
   * Show the current step of a setting, on its first path.
   *
   * @param {string} label
   */
  showSetting(label) {
    this.clear();
    this.label = label;
    const { picture, scene, state } = this.player;
    const path = picture.paths.find((each) => this.readings.labelOf(each) === label);
    if (path && !path.isEmpty) {
      const step = Math.min(Math.floor(state.step), path.length - 1);
      const ratio = this.frame.clientWidth / scene.size[0];
      const { place } = onMap(path, path.route().at(step));
      [this.x, this.y] = place.map((at) => at * ratio);
      const panel = scene.panels.indexOf(path.panel);
      this.hit = { kind: "step", step, path, panel };
      this.show();
    }
  }

  /** Update the marks after the picture has changed. */
  refresh() {
    if (this.readings.scene !== this.player.scene) {
      this.readings = new Readings(this.player.scene, this.player.arrays);
      this.clear();
    } else if (this.label) {
      this.showSetting(this.label);
    } else if (this.hit) {
      this.find();
    }
  }

  show() {
    this.overlay.clear(this.player.scene.size);
    const { hit } = this;
    if (hit?.kind === "step") {
      this.showStep(hit.step, hit.path, hit.panel);
    } else if (hit?.kind === "place") {
      this.showPlace(hit.panel, hit.x, hit.y);
    }
  }

  /**
   * Mark a step on all paths, or on the paths of one setting, and show its numbers.
   *
   * @param {number} step
   * @param {Path | null} path
   * @param {number} panel
   */
  showStep(step, path, panel) {
    const { readings, player } = this;
    const { picture, scene } = player;
    const label = path && readings.labelOf(path);
    const marked = picture.paths.filter(
      (each) => label === null || readings.labelOf(each) === label,
    );
    const lined = new Set(marked.map((each) => each.panel));
    for (const each of scene.panels) {
      if (each.shows === "steps" && lined.has(each)) {
        const x = xOf(each, step);
        this.overlay.line(x, each.box[1], x, each.box[3]);
      }
    }
    for (const each of marked) {
      if (step >= each.begin && step <= each.route().last) {
        const { place } = onMap(each, each.route().point(step));
        this.overlay.ring(place, each.trail.marker, each.trail.color);
      }
    }
    const series = path && readings.seriesOf(path);
    if (path && series) {
      const { setting } = series;
      const title = `${scene.settings[setting].label}, step ${step}`;
      this.showTip(title, scene.settings[setting].color, readings.ofStep(series, step));
    } else {
      this.showTip(`step ${step}`, "", this.valuesAt(marked, panel, step));
    }
  }

  /**
   * Return the values of the curves of a panel at a step.
   *
   * @param {Path[]} paths
   * @param {number} panel
   * @param {number} step
   * @returns {Reading[]}
   */
  valuesAt(paths, panel, step) {
    const shown = this.player.scene.panels[panel];
    const own = paths.filter((path) => path.panel === shown);
    const digits = this.readings.lossDigits(shown);
    return own
      .filter((path) => step >= path.begin && step < path.length)
      .map((path) => [
        this.readings.labelOf(path) || "value",
        formatNumber(path.ys[step], digits),
      ]);
  }

  /**
   * Mark a position on all maps with the same coordinates, and show the loss there.
   *
   * @param {number} index of the panel
   * @param {number} x
   * @param {number} y
   */
  showPlace(index, x, y) {
    const { readings, player } = this;
    const { scene } = player;
    const own = scene.panels[index];
    for (const panel of scene.panels) {
      if (panel === own || !haveSameCoordinates(own, panel)) {
        continue;
      }
      const place = { x: xOf(panel, x), y: yOf(panel, y) };
      const [left, top, right, bottom] = panel.box;
      const isInside =
        place.x >= left && place.x <= right && place.y >= top && place.y <= bottom;
      if (isInside) {
        this.overlay.ring([place.x, place.y], 7, scene.theme.text);
        const loss = panel.map && player.mapImages.grid(panel.map).at(x, y);
        if (loss !== null) {
          const digits = readings.lossDigits(panel);
          this.overlay.note(place.x, place.y, formatNumber(loss, digits));
        }
      }
    }
    const loss = own.map ? player.mapImages.grid(own.map).at(x, y) : NaN;
    this.showTip("", "", readings.ofPlace(own, x, y, loss));
  }

  /**
   * Write a title and readings beside the pointer.
   *
   * @param {string} title
   * @param {string} color of the dot before it; none if empty
   * @param {Reading[]} readings
   */
  showTip(title, color, readings) {
    this.overlay.tip(this.x, this.y, title, color, readings);
  }
}
