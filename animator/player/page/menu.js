/**
 * The menu with commands that are rarely needed.
 *
 * @import { ThemeChoice, Player } from "./player.js"
 */

import { button, element } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Make a button that opens a menu.
 *
 * @param {Player} player
 * @param {[string, () => string | void | Promise<string | void>][]} entries the name of
 *   each, and its function, which may return a message for the reader
 * @param {(words: string) => void} say shows a message to the reader
 * @returns {HTMLElement}
 */
export function makeMenu(player, entries, say) {
  const list = element("div", { class: "list" });
  list.hidden = true;
  const opener = button("More", () => toggle(list.hidden === true), icon("more"));
  opener.className = "more";
  opener.setAttribute("aria-expanded", "false");
  const node = element("div", { class: "menu" }, opener, list);

  const toggle = (/** @type {boolean} */ isOpen) => {
    list.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      list.querySelector("button")?.focus();
    }
  };
  const close = () => {
    toggle(false);
    opener.focus();
  };
  for (const [name, act] of entries) {
    const entry = element("button", { type: "button" }, name);
    entry.addEventListener("click", async () => {
      close();
      say((await act()) ?? "");
    });
    list.append(entry);
  }
  if (player.page.themes.length > 1) {
    list.append(makeThemes(player));
  }
  node.addEventListener("keydown", (event) => {
    if (list.hidden) {
      return;
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.stopPropagation();
      event.preventDefault();
      step(list, event.key === "ArrowDown" ? 1 : -1);
    }
  });
  node.addEventListener("focusout", (event) => {
    if (!node.contains(/** @type {Node | null} */ (event.relatedTarget))) {
      toggle(false);
    }
  });
  return node;
}

/**
 * Move the focus to another entry.
 *
 * @param {HTMLElement} list
 * @param {number} by
 */
function step(list, by) {
  const entries = [...list.querySelectorAll("button")];
  const root = /** @type {ShadowRoot} */ (list.getRootNode());
  const now = entries.findIndex((entry) => entry === root.activeElement);
  entries[(now + by + entries.length) % entries.length]?.focus();
}

/** @param {Player} player */
function makeThemes(player) {
  const node = element("div", {
    class: "themes",
    role: "group",
    "aria-label": "Colors",
  });
  /** @type {[ThemeChoice, string][]} */
  const themes = [
    ["light", "Light"],
    ["dark", "Dark"],
    ["auto", "Auto"],
  ];
  const choices = themes.map(([theme, name]) => {
    const choice = element("button", { type: "button" }, name);
    choice.addEventListener("click", () => player.change({ theme }));
    return choice;
  });
  node.append(...choices);
  const update = () =>
    choices.forEach((choice, index) => {
      const isChosen = themes[index][0] === player.state.theme;
      choice.setAttribute("aria-pressed", String(isChosen));
    });
  player.listeners.push(update);
  update();
  return node;
}
