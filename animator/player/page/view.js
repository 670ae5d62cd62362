/**
 * The view of a player: picture, sliders and controls, fitted to the available size.
 *
 * @import { Player } from "./player.js"
 */

import { captionAt, makeControls } from "./controls.js";
import { element } from "./dom.js";
import { formatNumber } from "./numbers.js";
import { fragmentOf } from "./links.js";
import { makeMenu } from "./menu.js";
import { NameButtons } from "./names.js";
import { Pointer } from "./pointer.js";
import { dataCsv, fileName, framePng, offer } from "./save.js";
import { makeSliders } from "./sliders.js";
import { Starts } from "./starts.js";

/** Milliseconds for which a step must be shown before screen readers read it. */
const CALM = 500;
/** Up to this width, in CSS pixels, the narrow layout may be shown. */
const UPRIGHT = 560;
/** The largest number of losses that screen readers read. */
const MOST_READ = 6;
/** Up to this width, in CSS pixels, the controls need two lines: by mouse, by finger. */
const NARROW = 350;
const TOUCH_NARROW = 480;

/** Shows a player in an element. */
export class View {
  /**
   * @param {Player} player
   * @param {HTMLElement} host
   * @param {{ fits: boolean, hasControls: boolean, prefix: string }} options whether the
   *   view fits into the window, and the prefix of names in links
   */
  constructor(player, host, options) {
    this.player = player;
    this.host = host;
    this.options = options;
    this.frame = element("div", { class: "frame" });
    this.pointer = new Pointer(player, this.frame);
    this.names = new NameButtons(player, this.frame, this.pointer);
    this.starts = new Starts(player, this.frame);
    this.sliders = makeSliders(player);
    this.said = element("p", { class: "said", role: "status" });
    this.toast = element("p", { class: "toast", role: "status" });
    const screen = { toggle: () => this.toggleFull(), isOn: () => this.isFull };
    this.controls = makeControls(player, this.makeMenu(), screen);
    this.controls.node.hidden = !options.hasControls;
    this.node = element("div", { class: "player", role: "group" });
    this.node.append(this.frame, this.sliders.node, this.controls.node);
    this.node.append(this.said, this.toast);
    this.timer = 0;
    this.shown = player.picture;
    player.listeners.push(() => this.update());
  }

  get isFull() {
    return document.fullscreenElement === this.host;
  }

  /** Show the player; its node must be on the page. */
  open() {
    this.attach();
    this.fit();
    this.update();
    const observer = new ResizeObserver(() => this.fit());
    for (const node of [this.host, this.controls.node, this.sliders.node]) {
      observer.observe(node);
    }
    addEventListener("resize", () => this.fit());
    document.addEventListener("fullscreenchange", () => {
      this.fit();
      this.controls.update();
    });
    this.frame.addEventListener("pointerup", (event) => {
      if (event.pointerType === "mouse" && !getSelection()?.toString()) {
        this.focus();
      }
    });
    new IntersectionObserver(([entry]) => {
      this.player.isVisible = entry.isIntersecting;
      this.fit();
    }).observe(this.frame);
  }

  /** Give the focus to the scrubber, so that keys work. */
  focus() {
    const { activeElement } = /** @type {ShadowRoot} */ (this.node.getRootNode());
    if (!activeElement) {
      const scrubber = this.controls.node.querySelector("input");
      scrubber?.focus({ preventScroll: true });
    }
  }

  /** Put the picture of the document into the frame. */
  attach() {
    const { picture, scene } = this.player;
    const { theme, title, size } = scene;
    this.shown = picture;
    this.frame.replaceChildren(
      ...picture.nodes,
      this.pointer.overlay.rings,
      this.starts.node,
      this.names.node,
      this.pointer.overlay.notes,
    );
    this.frame.style.aspectRatio = `${size[0]} / ${size[1]}`;
    this.align();
    this.node.setAttribute("aria-label", title || "Animation");
    const { style } = this.node;
    style.fontFamily = theme.font;
    style.colorScheme = theme.dark ? "dark" : "light";
    for (const name of /** @type {const} */ (["text", "muted", "frame", "accent"])) {
      style.setProperty(`--${name}`, theme[name]);
    }
    const paper = theme.background ?? "Canvas";
    style.setProperty("--paper", paper);
    this.host.style.setProperty("--animator-paper", paper);
    style.background = theme.background ?? "none";
    if (this.options.fits) {
      document.documentElement.style.background = theme.background ?? "";
    }
  }

  /** Align the controls with the sides of the panels. */
  align() {
    const { items, panels, size } = this.player.scene;
    const left = Math.min(...panels.map(({ box }) => box[0]));
    const right = Math.max(
      ...panels.map(({ box }) => box[2]),
      ...items.map((item) =>
        item.kind === "text" && item.role === "counter" && typeof item.x === "object"
          ? item.x.constant
          : 0,
      ),
    );
    this.node.style.setProperty("--left", `${(100 * left) / size[0]}%`);
    this.node.style.setProperty("--right", `${100 - (100 * right) / size[0]}%`);
  }

  /** Show the changed state. */
  update() {
    const { player } = this;
    if (player.picture !== this.shown) {
      this.attach();
      this.names.place();
    }
    this.controls.update();
    this.sliders.update();
    this.starts.update();
    clearTimeout(this.timer);
    if (!player.state.playing) {
      this.timer = window.setTimeout(() => {
        this.said.textContent = summaryOf(player);
      }, CALM);
    }
  }

  /** Fit the picture and the controls to the available size. */
  fit() {
    const { clientWidth } = this.host;
    // It has no size while it is hidden, as on another slide.
    if (!clientWidth) {
      return;
    }
    this.player.arrange(this.bestLayout());
    const [wide, high] = this.player.scene.size;
    let width = clientWidth;
    if (this.options.fits || this.isFull) {
      const [all, frame] = [this.node, this.frame].map(
        (node) => node.getBoundingClientRect().height,
      );
      const rest = all - frame;
      width = Math.min(width, ((innerHeight - rest) * wide) / high);
    }
    width = Math.max(1, Math.floor(width));
    this.node.style.width = `${width}px`;
    const narrow = matchMedia("(pointer: coarse)").matches ? TOUCH_NARROW : NARROW;
    this.node.classList.toggle("narrow", width <= narrow);
    this.player.resize(Math.round(width * devicePixelRatio * this.zoom));
    if (!this.names.isPlaced) {
      this.names.place();
    }
  }

  /** Return the number of the layout whose type is larger here. */
  bestLayout() {
    const { layouts, documents } = this.player.page;
    const { clientWidth } = this.host;
    if (layouts < 2 || clientWidth > UPRIGHT) {
      return 0;
    }
    const [type, other] = [documents[0], documents[documents.length - 1]].map(
      ({ size, type: own }) =>
        own * Math.min(clientWidth / size[0], innerHeight / size[1]),
    );
    return other > type ? 1 : 0;
  }

  /** Pixels of the window for a pixel of the player, as slides are scaled. */
  get zoom() {
    const { width } = this.host.getBoundingClientRect();
    const zoom = width / this.host.offsetWidth;
    return Math.min(3, Math.max(1, zoom || 1));
  }

  toggleFull() {
    if (this.isFull) {
      void document.exitFullscreen();
    } else {
      void this.host.requestFullscreen();
    }
  }

  makeMenu() {
    const { player } = this;
    const name = () =>
      `${fileName(player.scene.title)}-step-${Math.floor(player.state.step)}`;
    return makeMenu(
      player,
      [
        ["Copy link to this step", () => this.copyLink()],
        [
          "Save this frame as PNG",
          async () => offer(await framePng(player), `${name()}.png`),
        ],
        [
          "Get the data as CSV",
          () => {
            const csv = new Blob([dataCsv(player)], { type: "text/csv" });
            offer(csv, `${fileName(player.scene.title)}.csv`);
          },
        ],
      ],
      (words) => this.say(words),
    );
  }

  /** Copy a link to the current state; return a message for the reader. */
  async copyLink() {
    const fragment = fragmentOf(this.player, this.options.prefix);
    if (this.options.fits && location.protocol !== "about:") {
      history.replaceState(null, "", `#${fragment}`);
    }
    const link = `${location.href.split("#")[0]}#${fragment}`;
    try {
      await navigator.clipboard.writeText(link);
      return "Link copied";
    } catch {
      return link;
    }
  }

  /** Show a message to the reader. @param {string} words */
  say(words) {
    this.toast.textContent = words;
    setTimeout(() => {
      this.toast.textContent = "";
    }, 4000);
  }
}

/**
 * Return a description of the current step for screen readers.
 *
 * @param {Player} player
 */
function summaryOf(player) {
  const { scene, state, arrays } = player;
  const step = Math.floor(state.step);
  const losses = scene.series
    .filter(({ setting }) => !state.hidden.has(scene.settings[setting].label))
    .slice(0, MOST_READ)
    .map(({ setting, experiment, loss }) => {
      const { label, digits } = scene.experiments[experiment];
      const value = formatNumber(arrays.get(loss)[step], digits);
      return `${scene.settings[setting].label} on ${label}: loss ${value}`;
    });
  return [`Step ${step}`, captionAt(player), ...losses].filter(Boolean).join(". ");
}
