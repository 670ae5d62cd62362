/**
 * A player: its state, and the picture that shows it.
 *
 * @import { Document, Page } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Backgrounds } from "./background.js";
import { Clock } from "./clock.js";
import { MapImages } from "./map-images.js";
import { makeLayers, Picture } from "./picture.js";
import { Images } from "./images.js";

/** @typedef {"auto" | "light" | "dark"} ThemeChoice */

/**
 * @typedef {object} State
 * @property {number} step the step that is shown; a fraction between two steps
 * @property {boolean} playing
 * @property {number} speed 1 is the clip's
 * @property {boolean} loop
 * @property {number} times the number of times that a loop plays; 0 for ever
 * @property {ReadonlySet<string>} hidden the labels of the settings that are not shown
 * @property {number[]} chosen the index of each slider's value
 * @property {ThemeChoice} theme
 */

/** @typedef {Partial<State>} Change */

/** The speeds that a reader can choose. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** Plays the documents of a page. */
export class Player {
  /**
   * @param {Page} page
   * @param {Arrays} arrays
   * @param {Change} start
   */
  constructor(page, arrays, start) {
    this.page = page;
    this.arrays = arrays;
    this.images = new Images(arrays, () => this.redraw());
    this.mapImages = new MapImages(arrays);
    this.backgrounds = new Backgrounds(page.texts, this.mapImages);
    this.layers = makeLayers();
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    /** @type {State} */
    this.state = {
      step: 0,
      playing: false,
      speed: 1,
      loop: true,
      times: 0,
      hidden: new Set(),
      chosen: page.sliders.map(({ start: index }) => index),
      theme: "auto",
      ...start,
    };
    /** Called after each change. @type {((changed: Change) => void)[]} */
    this.listeners = [];
    /** Whether the player is on the screen; otherwise its time stands still. */
    this.isVisible = true;
    this.width = 0;
    /** The number of the layout: 1 is the one for narrow screens. */
    this.layout = 0;
    this.time = 0;
    this.before = 0;
    this.played = 0;
    this.picture = this.makePicture();
    this.clock = this.makeClock();
    this.state.step = Math.min(this.state.step, this.scene.steps);
    this.picture.hide(this.hiddenSettings());
    this.time = this.clock.time(this.state.step);
    this.dark.addEventListener("change", () =>
      this.change({ theme: this.state.theme }),
    );
    if (this.state.playing) {
      this.run();
    }
  }

  /** The document that is shown. @returns {Document} */
  get scene() {
    return this.picture.scene;
  }

  /** The steps at which a caption begins. @returns {number[]} */
  get captionSteps() {
    const { captions, steps } = this.scene;
    return captions.map(({ step }) => step).filter((step) => step > 0 && step <= steps);
  }

  /** @returns {Document} */
  document() {
    const { documents, layouts, themes, sliders } = this.page;
    const { chosen, theme } = this.state;
    const isDark = theme === "auto" ? this.dark.matches : theme === "dark";
    const block = themes.length > 1 && isDark ? 1 : 0;
    const index = sliders.reduce(
      (sum, { values }, i) => sum * values.length + chosen[i],
      0,
    );
    const count = documents.length / (layouts * themes.length);
    return documents[(this.layout * themes.length + block) * count + index];
  }

  makeClock() {
    return new Clock(this.arrays.get(this.scene.stepAt), this.scene.fps);
  }

  /** @returns {Picture} */
  makePicture() {
    const { arrays, page, images, layers } = this;
    const scene = this.document();
    const background = this.backgrounds.get(scene);
    return new Picture(scene, arrays, page.texts, images, background, layers);
  }

  /**
   * Change the state, and show it.
   *
   * @param {Change} change
   */
  change(change) {
    const wasPlaying = this.state.playing;
    Object.assign(this.state, change);
    const isOther = this.document() !== this.scene;
    if (isOther) {
      this.picture = this.makePicture();
      this.clock = this.makeClock();
      if (this.width) {
        this.picture.resize(this.width);
      }
    }
    const last = this.scene.steps;
    this.state.step = Math.max(0, Math.min(last, this.state.step));
    if (isOther || change.step !== undefined) {
      this.time = this.clock.time(this.state.step);
    }
    if (isOther || change.hidden) {
      this.picture.hide(this.hiddenSettings());
    }
    this.redraw();
    this.notify(change);
    if (this.state.playing && !wasPlaying) {
      this.run();
    }
  }

  /** @param {Change} change */
  notify(change) {
    for (const listener of this.listeners) {
      listener(change);
    }
  }

  hiddenSettings() {
    const { settings } = this.scene;
    const { hidden } = this.state;
    return new Set(
      settings.flatMap(({ label }, index) => (hidden.has(label) ? [index] : [])),
    );
  }

  /**
   * Fit the picture to a number of pixels of the screen.
   *
   * @param {number} width
   */
  resize(width) {
    if (width > 0 && width !== this.width) {
      this.width = width;
      this.picture.resize(width);
      this.redraw();
    }
  }

  /**
   * Show another layout of the same.
   *
   * @param {number} layout
   */
  arrange(layout) {
    if (layout !== this.layout) {
      this.layout = layout;
      this.change({});
    }
  }

  redraw() {
    if (this.width) {
      this.picture.draw(this.state.step);
    }
  }

  /** Play from the step that is shown, or from the start if it is the last one. */
  play() {
    this.played = 0;
    const isOver = this.state.step >= this.scene.steps;
    this.change(isOver ? { step: 0, playing: true } : { playing: true });
  }

  pause() {
    this.change({ playing: false });
  }

  toggle() {
    if (this.state.playing) {
      this.pause();
    } else {
      this.play();
    }
  }

  /**
   * Pause at a step.
   *
   * @param {number} step
   */
  seek(step) {
    this.change({ step, playing: false });
  }

  /**
   * Pause at a whole step, some steps forwards or backwards.
   *
   * @param {number} steps
   */
  move(steps) {
    const { step } = this.state;
    this.seek((steps < 0 ? Math.ceil(step) : Math.floor(step)) + steps);
  }

  /**
   * Show or hide the settings with a label.
   *
   * @param {string} label
   */
  toggleSetting(label) {
    const hidden = new Set(this.state.hidden);
    if (!hidden.delete(label)) {
      hidden.add(label);
    }
    this.change({ hidden });
  }

  /**
   * Show only the settings with a label, or all if only they are shown.
   *
   * @param {string} label
   */
  showAlone(label) {
    const others = new Set(this.scene.settings.map((one) => one.label));
    others.delete(label);
    const { hidden } = this.state;
    const isAlone = !hidden.has(label) && [...others].every((one) => hidden.has(one));
    this.change({ hidden: isAlone ? new Set() : others });
  }

  /** Play until the state is paused. */
  run() {
    this.before = performance.now();
    requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now in milliseconds */
  tick(now) {
    if (!this.state.playing) {
      return;
    }
    const passed = Math.max(0, now - this.before) / 1000;
    this.before = now;
    if (this.isVisible && this.width) {
      this.time += Math.min(passed, 0.25) * this.state.speed;
      const { duration } = this.clock;
      let playing = true;
      if (this.time >= duration) {
        this.played++;
        const { loop, times } = this.state;
        playing = loop && (times === 0 || this.played < times);
        this.time = playing ? this.time % duration : duration;
      }
      const step = this.clock.step(this.time);
      Object.assign(this.state, { step, playing });
      this.redraw();
      this.notify(playing ? { step } : { step, playing });
    }
    requestAnimationFrame((later) => this.tick(later));
  }
}
