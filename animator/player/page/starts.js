/**
 * Handles with which the start of the runs is dragged over a map.
 *
 * @import { Player } from "./player.js"
 */

import { panelAt, xOf, yOf } from "./axes.js";
import { element } from "./dom.js";
import { choose } from "./sliders.js";

/** The handles on the maps. */
export class Starts {
  /**
   * @param {Player} player
   * @param {HTMLElement} frame contains the picture
   */
  constructor(player, frame) {
    this.player = player;
    this.frame = frame;
    this.node = element("div", { class: "starts" });
    /** The index of the slider whose values are starts; -1 if there is none. */
    this.slider = player.page.sliders.findIndex(({ places }) => places !== undefined);
  }

  /** Put a handle on each map. */
  update() {
    if (this.slider < 0) {
      return;
    }
    const { scene, state } = this.player;
    const [width, height] = scene.size;
    const maps = scene.panels.filter(({ shows }) => shows === "map");
    while (this.node.childElementCount < maps.length) {
      this.node.append(this.makeHandle());
    }
    const [x, y] = this.places[state.chosen[this.slider]];
    [...this.node.children].forEach((handle, index) => {
      const panel = maps[index];
      const { style } = /** @type {HTMLElement} */ (handle);
      style.left = panel ? `${(100 * xOf(panel, x)) / width}%` : "-99%";
      style.top = panel ? `${(100 * yOf(panel, y)) / height}%` : "-99%";
    });
  }

  /** @returns {[number, number][]} */
  get places() {
    return this.player.page.sliders[this.slider].places ?? [];
  }

  makeHandle() {
    const handle = element("div", { class: "start", title: "Drag the start" });
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.follow(event.pointerId);
    });
    return handle;
  }

  /**
   * Drag the start until a pointer is released. The pointer is not captured, because a
   * capture ends when the picture of another document is put into the frame.
   *
   * @param {number} pointer
   */
  follow(pointer) {
    /** @param {PointerEvent} event */
    const move = (event) => {
      if (event.pointerId === pointer) {
        this.drag(event);
      }
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  /** Choose the start that is nearest to the pointer. @param {PointerEvent} event */
  drag(event) {
    const { scene } = this.player;
    const box = this.frame.getBoundingClientRect();
    const ratio = scene.size[0] / box.width;
    const x = (event.clientX - box.left) * ratio;
    const y = (event.clientY - box.top) * ratio;
    const panel = scene.panels[panelAt(scene.panels, x, y)];
    if (panel?.shows !== "map") {
      return;
    }
    const away = this.places.map(([across, up]) =>
      Math.hypot(xOf(panel, across) - x, yOf(panel, up) - y),
    );
    choose(this.player, this.slider, away.indexOf(Math.min(...away)));
  }
}
