/**
 * The controls below the picture.
 *
 * @import { Player } from "./player.js"
 */

import { button, element } from "./dom.js";
import { icon } from "./icons.js";
import { SPEEDS } from "./player.js";

/**
 * Make the bar of controls.
 *
 * @param {Player} player
 * @param {HTMLElement} menu is put before the last control
 * @param {{ toggle: () => void, isOn: () => boolean }} screen full screen
 * @returns {{ node: HTMLElement, update: () => void }}
 */
export function makeControls(player, menu, screen) {
  const play = button("Play", () => player.toggle(), icon("play"));
  play.className = "play";
  const scrubber = makeScrubber(player);
  const count = element("span", { class: "count", "aria-hidden": "true" });
  const speed = makeSpeed(player);
  const loop = button(
    "Loop",
    () => player.change({ loop: !player.state.loop, times: 0 }),
    icon("loop"),
  );
  loop.className = "loop";
  const full = button("Full screen", screen.toggle, icon("full"));
  full.className = "full";
  full.hidden = !document.fullscreenEnabled;
  const node = element("div", { class: "bar" }, play, scrubber.node, count, speed.node);
  node.append(loop, menu, full);
  let wasPlaying = false;
  let wasFull = false;
  const update = () => {
    const { playing } = player.state;
    if (playing !== wasPlaying) {
      wasPlaying = playing;
      relabel(play, playing ? "Pause" : "Play", icon(playing ? "pause" : "play"));
    }
    const isFull = screen.isOn();
    if (isFull !== wasFull) {
      wasFull = isFull;
      const name = isFull ? "Leave full screen" : "Full screen";
      relabel(full, name, icon(isFull ? "small" : "full"));
    }
    set(loop, "aria-pressed", String(player.state.loop));
    const { steps } = player.scene;
    count.hidden = hasCounter(player);
    count.textContent = `${Math.floor(player.state.step)} / ${steps}`;
    scrubber.update();
    speed.update();
  };
  return { node, update };
}

/**
 * @param {HTMLElement} node
 * @param {string} label
 * @param {Element} picture
 */
function relabel(node, label, picture) {
  node.setAttribute("aria-label", label);
  node.title = label;
  node.replaceChildren(picture);
}

/** @param {Player} player */
function makeScrubber(player) {
  const input = element("input", { type: "range", min: 0, step: "any" });
  input.className = "scrubber";
  input.setAttribute("aria-label", "Step");
  const marks = element("div", { class: "marks", "aria-hidden": "true" });
  const node = element("div", { class: "track" }, marks, input);
  input.addEventListener("input", () => player.seek(Math.round(Number(input.value))));
  /** @type {object | null} */
  let marked = null;
  const update = () => {
    const { scene, state } = player;
    if (marked !== scene) {
      marked = scene;
      input.max = String(scene.steps);
      marks.replaceChildren(
        ...player.captionSteps.map((step) => {
          const mark = element("i");
          mark.style.left = `${(100 * step) / scene.steps}%`;
          return mark;
        }),
      );
    }
    input.value = String(state.step);
    node.style.setProperty("--at", String(state.step / scene.steps));
    const caption = captionAt(player);
    const text = `step ${Math.floor(state.step)} of ${scene.steps}`;
    set(input, "aria-valuetext", caption ? `${text}: ${caption}` : text);
  };
  return { node, update };
}

/**
 * Return the caption of the current step.
 *
 * @param {Player} player
 */
export function captionAt(player) {
  const step = Math.floor(player.state.step);
  const shown = player.scene.captions.filter((caption) => caption.step <= step);
  return shown.length ? shown[shown.length - 1].text : "";
}

/**
 * Return whether the picture shows the number of the step.
 *
 * @param {Player} player
 */
function hasCounter({ scene, picture }) {
  return picture.lines.some(
    (line) =>
      line.item.role === "counter" &&
      line.textAt(scene.steps).trim() === String(scene.steps),
  );
}

/** @param {Player} player */
function makeSpeed(player) {
  const label = { class: "speed", "aria-label": "Speed", title: "Speed" };
  const node = element("select", label);
  const update = () => {
    const { speed } = player.state;
    if (node.value !== String(speed)) {
      const speeds = [...new Set([...SPEEDS, speed])].sort((a, b) => a - b);
      node.replaceChildren(
        ...speeds.map((each) => element("option", { value: each }, `${each}×`)),
      );
      node.value = String(speed);
    }
  };
  node.addEventListener("change", () => player.change({ speed: Number(node.value) }));
  return { node, update };
}

/** @param {Element} node @param {string} name @param {string} value */
function set(node, name, value) {
  if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}
