/**
 * Defines `<animator-player>`, the element that plays a recorded scene.
 *
 * Its children are a still, which shows if scripts are disabled, and a script with the
 * data. Its attributes are the parameters of `changeOf`, and `controls`.
 *
 * @import { Change } from "./player.js"
 */

import { loadFonts } from "./fonts.js";
import { isTyped, pressKey } from "./keyboard.js";
import { changeOf, fragmentParams } from "./links.js";
import { Player } from "./player.js";
import { STYLE } from "./style.js";
import { unpack } from "./unpack.js";
import { View } from "./view.js";

const NAME = "animator-player";

/** An element that plays a scene. */
class PlayerElement extends HTMLElement {
  constructor() {
    super();
    /** @type {Player | null} */
    this.player = null;
    /** @type {View | null} */
    this.view = null;
    this.isStarted = false;
    this.reported = "";
    /** Resolves when the player shows its first picture. @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.onReady = resolve;
      this.onFailure = reject;
    });
  }

  connectedCallback() {
    // While the browser parses the page, the data may be missing.
    const isRead = document.readyState !== "loading" || this.nextSibling !== null;
    if (isRead) {
      this.begin();
    } else {
      document.addEventListener("DOMContentLoaded", () => this.begin());
    }
  }

  /** Start the player; if that fails, the still remains. */
  begin() {
    this.start().catch((error) => this.onFailure?.(error));
  }

  async start() {
    const data = this.querySelector('script[type="application/octet-stream"]');
    if (this.isStarted || !data || !this.isConnected) {
      return;
    }
    this.isStarted = true;
    const { page, arrays } = await unpack(data.textContent ?? "");
    await loadFonts(page.fonts, arrays);
    const params = this.params();
    const change = { ...changeOf(params, page), ...this.fromLink(page) };
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const playing = !isCalm && (change.playing ?? true);
    this.player = new Player(page, arrays, { ...change, playing });
    const root = this.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = STYLE;
    this.view = new View(this.player, this, {
      fits: this.fits,
      hasControls: !["0", "no", "off"].includes(params.get("controls") ?? ""),
      prefix: this.prefix,
    });
    root.append(style, this.view.node);
    this.view.open();
    this.listen();
    await this.player.picture.background.painted;
    this.onReady?.();
    this.dispatch("ready");
  }

  /** Whether the page consists of this player only. */
  get fits() {
    return this.hasAttribute("fit");
  }

  /** The prefix of names in links, which distinguishes the players of a page. */
  get prefix() {
    return this.id ? `${this.id}.` : "";
  }

  /** Return the attributes and, on a page of its own, the parameters of the URL. */
  params() {
    const params = new URLSearchParams(
      Array.from(this.attributes, ({ name, value }) => [name, value]),
    );
    for (const [name, text] of this.fits ? new URLSearchParams(location.search) : []) {
      params.set(name, text);
    }
    return params;
  }

  /** @param {import("./document.js").Page} page @returns {Change} */
  fromLink(page) {
    return changeOf(fragmentParams(this.prefix), page);
  }

  listen() {
    const { player, view } = /** @type {{ player: Player, view: View }} */ (this);
    player.listeners.push(() => this.report());
    addEventListener("hashchange", () => player.change(this.fromLink(player.page)));
    addEventListener("message", ({ data }) => this.obey(data));
    const keys = this.fits ? document : this;
    keys.addEventListener("keydown", (event) => {
      const pressed = /** @type {KeyboardEvent} */ (event);
      if (
        !event.defaultPrevented &&
        pressKey(player, pressed, () => view.toggleFull())
      ) {
        event.preventDefault();
        event.stopPropagation();
      } else if (isTyped(pressed)) {
        // Slides would take it for a key of their own.
        event.stopPropagation();
      }
    });
    // reveal.js takes a finger that drags the scrubber for one that turns to a slide.
    this.setAttribute("data-prevent-swipe", "");
    this.report();
  }

  /** Report a new step to the page and to the page around it. */
  report() {
    const { player } = this;
    if (!player) {
      return;
    }
    const detail = this.detail(player);
    const text = JSON.stringify(detail);
    if (text !== this.reported) {
      this.reported = text;
      this.dispatch("step", detail);
      if (parent !== window) {
        parent.postMessage({ animator: detail }, "*");
      }
    }
  }

  /** @param {Player} player */
  detail({ page, scene, state }) {
    const values = page.sliders.map(({ name, values: texts }, index) => [
      name,
      texts[state.chosen[index]],
    ]);
    return {
      id: this.id,
      step: Math.floor(state.step),
      steps: scene.steps,
      playing: state.playing,
      values: Object.fromEntries(values),
    };
  }

  /**
   * @param {string} name
   * @param {object} [detail]
   */
  dispatch(name, detail) {
    const options = { bubbles: true, composed: true, detail };
    this.dispatchEvent(new CustomEvent(`animator-${name}`, options));
  }

  /**
   * Carry out a message such as `postMessage({ animator: { step: 12 } })`.
   *
   * @param {any} data
   */
  obey(data) {
    const asked = data?.animator;
    if (!this.player || typeof asked !== "object" || asked === null) {
      return;
    }
    if (asked.steps !== undefined || (asked.id !== undefined && asked.id !== this.id)) {
      return;
    }
    const { values, playing, ...others } = asked;
    const entries = Object.entries({ ...values, ...others }).flatMap(([name, value]) =>
      [value].flat().map((text) => [name, String(text)]),
    );
    const change = changeOf(new URLSearchParams(entries), this.player.page);
    if (Array.isArray(asked.hide)) {
      change.hidden = new Set(asked.hide.map(String));
    }
    this.player.change(typeof playing === "boolean" ? { ...change, playing } : change);
  }

  /** The step that is shown; a fraction between two steps. */
  get step() {
    return this.player?.state.step ?? 0;
  }

  set step(step) {
    this.player?.seek(Number(step));
  }

  play() {
    this.player?.play();
  }

  pause() {
    this.player?.pause();
  }
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, PlayerElement);
}
