/**
 * Rings, lines and numbers over the picture, which mark what the reader points at.
 *
 * @import { Reading } from "./readings.js"
 */

import { element } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
/** The distance of the numbers from the pointer, in CSS pixels. */
const AWAY = 14;

/** The marks over a picture. */
export class Overlay {
  /** @param {HTMLElement} frame contains the picture */
  constructor(frame) {
    this.frame = frame;
    /** The size of the picture, in its own pixels. */
    this.width = 1;
    this.rings = document.createElementNS(SVG, "svg");
    this.rings.setAttribute("class", "rings");
    this.rings.setAttribute("preserveAspectRatio", "none");
    this.rings.setAttribute("aria-hidden", "true");
    this.notes = element("div", { class: "notes" });
  }

  /**
   * Remove all marks.
   *
   * @param {[number, number]} size of the picture, in its own pixels
   */
  clear([width, height]) {
    this.width = width;
    this.rings.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.rings.replaceChildren();
    this.notes.replaceChildren();
  }

  /**
   * @param {[number, number]} place
   * @param {number} size
   * @param {string} color
   */
  ring([x, y], size, color) {
    for (const [name, width] of /** @type {[string, number][]} */ ([
      ["rim", 5],
      ["ring", 2],
    ])) {
      const ring = document.createElementNS(SVG, "circle");
      ring.setAttribute("class", name);
      ring.setAttribute("cx", String(x));
      ring.setAttribute("cy", String(y));
      ring.setAttribute("r", String(0.5 * size + 3));
      ring.setAttribute("stroke-width", String(width));
      if (name === "ring") {
        ring.setAttribute("stroke", color);
      }
      this.rings.append(ring);
    }
  }

  /** @param {number[]} ends */
  line(...ends) {
    const line = document.createElementNS(SVG, "line");
    ["x1", "y1", "x2", "y2"].forEach((name, i) =>
      line.setAttribute(name, `${ends[i]}`),
    );
    this.rings.append(line);
  }

  /**
   * Write a number beside a position.
   *
   * @param {number} x in pixels of the figure
   * @param {number} y
   * @param {string} text
   */
  note(x, y, text) {
    const node = element("div", { class: "note" }, text);
    this.notes.append(node);
    const ratio = this.frame.clientWidth / this.width;
    this.put(node, x * ratio, y * ratio, 9);
  }

  /**
   * Write a title and readings beside a position.
   *
   * @param {number} x in CSS pixels of the frame
   * @param {number} y
   * @param {string} title
   * @param {string} color of the dot before it; none if empty
   * @param {Reading[]} readings
   */
  tip(x, y, title, color, readings) {
    const node = element("div", { class: "tip" });
    if (title) {
      const head = element("div", { class: "head" });
      if (color) {
        const dot = element("i");
        dot.style.background = color;
        head.append(dot);
      }
      head.append(title);
      node.append(head);
    }
    const list = element("dl");
    for (const [name, value] of readings) {
      list.append(element("dt", {}, name), element("dd", {}, value));
    }
    node.append(list);
    this.notes.append(node);
    this.put(node, x, y, AWAY);
  }

  /**
   * Put a box beside a position, within the picture.
   *
   * @param {HTMLElement} node
   * @param {number} x in CSS pixels of the frame
   * @param {number} y
   * @param {number} away
   */
  put(node, x, y, away) {
    const { clientWidth, clientHeight } = this.frame;
    const { offsetWidth, offsetHeight } = node;
    const isLeft = x + away + offsetWidth > clientWidth && x > clientWidth / 2;
    const left = isLeft ? x - away - offsetWidth : x + away;
    const top = y - away - offsetHeight < 0 ? y + away : y - away - offsetHeight;
    const most = Math.max(0, clientHeight - offsetHeight);
    node.style.left = `${Math.max(0, Math.min(left, clientWidth - offsetWidth))}px`;
    node.style.top = `${Math.max(0, Math.min(top, most))}px`;
  }
}
