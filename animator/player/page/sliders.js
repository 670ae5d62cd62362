/**
 * A slider for each hyperparameter that varies between the runs of a page.
 *
 * @import { Document, Slider } from "./document.js"
 * @import { Player } from "./player.js"
 */

import { element } from "./dom.js";

/**
 * Make the sliders of a player.
 *
 * @param {Player} player
 * @returns {{ node: HTMLElement, update: () => void }}
 */
export function makeSliders(player) {
  const rows = player.page.sliders.map((slider, index) =>
    makeRow(player, slider, index),
  );
  const outcome = element("p", { class: "outcome", role: "status" });
  const node = element("div", { class: "sliders" }, ...rows.map((row) => row.node));
  node.append(outcome);
  node.hidden = !rows.length;
  outcome.hidden = !player.page.documents.some((scene) => lostRuns(scene).length);
  const update = () => {
    rows.forEach((row) => row.update());
    const words = outcomeOf(player);
    if (outcome.textContent !== words) {
      outcome.textContent = words;
    }
  };
  return { node, update };
}

/**
 * @param {Player} player
 * @param {Slider} slider
 * @param {number} index
 */
function makeRow(player, { label, values }, index) {
  const attributes = { type: "range", min: 0, max: values.length - 1, step: 1 };
  const input = element("input", {
    ...attributes,
    class: "value",
    "aria-label": label,
  });
  const value = element("output");
  value.style.minWidth = `${Math.max(...values.map((text) => text.length))}ch`;
  const name = element("span", { "aria-hidden": "true" }, label);
  const track = element("div", { class: "track" }, input);
  const node = element("label", {}, name, track, value);
  input.addEventListener("input", () => choose(player, index, Number(input.value)));
  const update = () => {
    const chosen = player.state.chosen[index];
    input.value = String(chosen);
    input.setAttribute("aria-valuetext", values[chosen]);
    track.style.setProperty("--at", String(chosen / Math.max(1, values.length - 1)));
    value.textContent = values[chosen];
  };
  return { node, update };
}

/**
 * Choose a slider's value. Hidden settings stay hidden, also if the value changes their
 * labels.
 *
 * @param {Player} player
 * @param {number} index of the slider
 * @param {number} value its index
 */
export function choose(player, index, value) {
  const chosen = [...player.state.chosen];
  if (chosen[index] !== value) {
    chosen[index] = value;
    const { hidden } = player.state;
    const labels = player.scene.settings.map(({ label }) => label);
    player.change({ chosen });
    if (hidden.size) {
      const { settings } = player.scene;
      const numbers = [...hidden].map((label) => labels.indexOf(label));
      const kept = numbers.flatMap((number) => settings[number]?.label ?? []);
      player.change({ hidden: new Set(kept) });
    }
  }
}

/**
 * Return a text that lists the runs that have diverged.
 *
 * @param {Player} player
 */
function outcomeOf({ scene }) {
  const several = scene.settings.length > 1 || scene.experiments.length > 1;
  const words = lostRuns(scene).map(({ setting, experiment, outcome }) => {
    const names = [scene.settings[setting].label];
    if (scene.experiments.length > 1) {
      names.push(scene.experiments[experiment].label);
    }
    const run = several ? `${names.join(" on ")} ` : "";
    return `${run}diverged at step ${outcome.step}`;
  });
  return [...new Set(words)].join("; ");
}

/** @param {Document} scene */
function lostRuns({ series }) {
  return series.filter(({ outcome }) => outcome.diverged);
}
