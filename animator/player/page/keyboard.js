/**
 * Keyboard shortcuts.
 *
 * @import { Player } from "./player.js"
 */

import { SPEEDS } from "./player.js";

/** Keys that no control keeps for itself. */
const PASSED = ["Tab", "Escape"];

/**
 * Carry out the shortcut of a key.
 *
 * @param {Player} player
 * @param {KeyboardEvent} event
 * @param {() => void} toggleFull
 * @returns {boolean} whether the key is a shortcut
 */
export function pressKey(player, event, toggleFull) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  if (isTyped(event)) {
    return false;
  }
  const keys = keysOf(player, event.shiftKey ? 10 : 1);
  const act = event.key === "f" ? toggleFull : keys[event.key];
  act?.();
  return act !== undefined;
}

/**
 * Return whether a key is for the control itself that has the focus.
 *
 * @param {KeyboardEvent} event
 */
export function isTyped(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  const { key } = event;
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (target.localName === "button") {
    return key === " " || key === "Enter";
  }
  const isInput = target.localName === "input" && target.className !== "scrubber";
  const isField = ["select", "textarea"].includes(target.localName);
  return (isInput || isField || target.isContentEditable) && !PASSED.includes(key);
}

/**
 * @param {Player} player
 * @param {number} by the number of steps that an arrow key moves
 * @returns {Record<string, () => void>}
 */
function keysOf(player, by) {
  return {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    ArrowRight: () => player.move(by),
    ArrowUp: () => player.move(by),
    ArrowLeft: () => player.move(-by),
    ArrowDown: () => player.move(-by),
    Home: () => player.seek(0),
    End: () => player.seek(player.scene.steps),
    PageUp: () => player.seek(captionFrom(player, -1)),
    PageDown: () => player.seek(captionFrom(player, 1)),
    l: () => player.change({ loop: !player.state.loop }),
    "<": () => player.change({ speed: speedFrom(player.state.speed, -1) }),
    ">": () => player.change({ speed: speedFrom(player.state.speed, 1) }),
  };
}

/**
 * Return the step of the next or the previous caption.
 *
 * @param {Player} player
 * @param {1 | -1} direction
 */
function captionFrom(player, direction) {
  const { scene, state } = player;
  const marks = [0, ...player.captionSteps, scene.steps];
  const ahead = marks.filter((step) => direction * (step - state.step) > 0);
  return ahead.length
    ? direction > 0
      ? Math.min(...ahead)
      : Math.max(...ahead)
    : state.step;
}

/**
 * @param {number} speed
 * @param {1 | -1} direction
 */
function speedFrom(speed, direction) {
  const ahead = SPEEDS.filter((each) => direction * (each - speed) > 0);
  return ahead.length
    ? direction > 0
      ? Math.min(...ahead)
      : Math.max(...ahead)
    : speed;
}
