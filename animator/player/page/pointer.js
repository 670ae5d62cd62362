/**
 * Shows what is at the pointer, or a finger, in all panels of the picture.
 *
 * @import { Fact } from "./facts.js"
 * @import { Path } from "./path.js"
 * @import { Player } from "./player.js"
 * @import { Spot } from "./spots.js"
 */

import { xOf, yOf } from "./axes.js";
import { Facts } from "./facts.js";
import { Marks } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { haveSameCoordinates, spotAt } from "./spots.js";
import { onMap } from "./tips.js";

/** How far from a step it is found, in CSS pixels: by a mouse, by a finger. */
const REACH = 9;
const TOUCH_REACH = 20;

/** Shows what is at the pointer. */
export class Pointer {
  /**
   * @param {Player} player
   * @param {HTMLElement} frame the picture lies in it
   */
  constructor(player, frame) {
    this.player = player;
    this.frame = frame;
    this.marks = new Marks(frame);
    /** @type {Spot | null} */
    this.spot = null;
    /** The setting that is shown, whatever the pointer does; "" if none is. */
    this.label = "";
    /** Where the pointer is, in CSS pixels of the frame. */
    this.x = 0;
    this.y = 0;
    this.reach = REACH;
    this.facts = new Facts(player.scene, player.arrays);
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
      this.x = event.clientX - box.left;
      this.y = event.clientY - box.top;
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

  /** Find what is at the pointer, and show it. */
  find() {
    const { player, frame } = this;
    const ratio = player.scene.size[0] / frame.clientWidth;
    this.spot = spotAt(
      player.picture,
      this.x * ratio,
      this.y * ratio,
      player.state.step,
      this.reach * ratio,
    );
    this.show();
  }

  clear() {
    this.spot = null;
    this.label = "";
    this.show();
  }

  /**
   * Show where a setting is, on its first path.
   *
   * @param {string} label
   */
  showSetting(label) {
    this.clear();
    this.label = label;
    const { picture, scene, state } = this.player;
    const path = picture.paths.find((each) => this.facts.labelOf(each) === label);
    if (path && !path.isEmpty) {
      const step = Math.min(Math.floor(state.step), path.length - 1);
      const ratio = this.frame.clientWidth / scene.size[0];
      const { place } = onMap(path, path.route().at(step));
      [this.x, this.y] = place.map((at) => at * ratio);
      const panel = scene.panels.indexOf(path.panel);
      this.spot = { kind: "step", step, path, panel };
      this.show();
    }
  }

  /** Show the same again, after the picture has changed. */
  refresh() {
    if (this.facts.scene !== this.player.scene) {
      this.facts = new Facts(this.player.scene, this.player.arrays);
      this.clear();
    } else if (this.label) {
      this.showSetting(this.label);
    } else if (this.spot) {
      this.find();
    }
  }

  show() {
    this.marks.clear(this.player.scene.size);
    const { spot } = this;
    if (spot?.kind === "step") {
      this.showStep(spot.step, spot.path, spot.panel);
    } else if (spot?.kind === "place") {
      this.showPlace(spot.panel, spot.x, spot.y);
    }
  }

  /**
   * Mark a step on all paths, or on those of one setting, and show its numbers.
   *
   * @param {number} step
   * @param {Path | null} path
   * @param {number} panel
   */
  showStep(step, path, panel) {
    const { facts, player } = this;
    const { picture, scene } = player;
    const label = path && facts.labelOf(path);
    const marked = picture.paths.filter(
      (each) => label === null || facts.labelOf(each) === label,
    );
    const lined = new Set(marked.map((each) => each.panel));
    for (const each of scene.panels) {
      if (each.shows === "steps" && lined.has(each)) {
        const x = xOf(each, step);
        this.marks.line(x, each.box[1], x, each.box[3]);
      }
    }
    for (const each of marked) {
      if (step >= each.begin && step <= each.route().last) {
        const { place } = onMap(each, each.route().point(step));
        this.marks.ring(place, each.trail.marker, each.trail.color);
      }
    }
    const series = path && facts.seriesOf(path);
    if (path && series) {
      const { setting } = series;
      const title = `${scene.settings[setting].label}, step ${step}`;
      this.showTip(title, scene.settings[setting].color, facts.ofStep(series, step));
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
   * @returns {Fact[]}
   */
  valuesAt(paths, panel, step) {
    const shown = this.player.scene.panels[panel];
    const own = paths.filter((path) => path.panel === shown);
    const digits = this.facts.lossDigits(shown);
    return own
      .filter((path) => step >= path.begin && step < path.length)
      .map((path) => [
        this.facts.labelOf(path) || "value",
        formatNumber(path.ys[step], digits),
      ]);
  }

  /**
   * Mark a place on all maps of the same coordinates, and show the loss there.
   *
   * @param {number} index of the panel
   * @param {number} x
   * @param {number} y
   */
  showPlace(index, x, y) {
    const { facts, player } = this;
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
        this.marks.ring([place.x, place.y], 7, scene.theme.text);
        const loss = panel.map && player.paintings.grid(panel.map).at(x, y);
        if (loss !== null) {
          const digits = facts.lossDigits(panel);
          this.marks.note(place.x, place.y, formatNumber(loss, digits));
        }
      }
    }
    const loss = own.map ? player.paintings.grid(own.map).at(x, y) : NaN;
    this.showTip("", "", facts.ofPlace(own, x, y, loss));
  }

  /**
   * Write a title and facts beside the pointer.
   *
   * @param {string} title
   * @param {string} color of the dot before it; none if empty
   * @param {Fact[]} facts
   */
  showTip(title, color, facts) {
    this.marks.tip(this.x, this.y, title, color, facts);
  }
}
