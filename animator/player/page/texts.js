/**
 * SVG texts that change or move with the step.
 *
 * @import { Text } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

const SVG = "http://www.w3.org/2000/svg";
const ANCHORS = { left: "start", center: "middle", right: "end", decimal: "start" };

/** A line of text that changes or moves. */
export class TextLine {
  /**
   * @param {Text} item
   * @param {Arrays} arrays
   * @param {string[]} texts
   */
  constructor(item, arrays, texts) {
    this.item = item;
    this.arrays = arrays;
    this.texts = texts;
    this.shown = "";
    this.node = document.createElementNS(SVG, "text");
    this.node.setAttribute("text-anchor", ANCHORS[item.align]);
    this.node.setAttribute("fill", item.color);
    if (item.role === "key") {
      // Its button has the name already.
      this.node.setAttribute("aria-hidden", "true");
    }
    this.node.setAttribute(
      "style",
      `font:${item.style} ${item.weight} ${item.size}px ${item.family}`,
    );
    /** The part before the decimal point, and the rest. @type {SVGTSpanElement[]} */
    this.parts = [];
    if (item.align === "decimal") {
      for (const anchor of ["end", "start"]) {
        const part = document.createElementNS(SVG, "tspan");
        part.setAttribute("text-anchor", anchor);
        this.parts.push(part);
      }
      this.node.append(...this.parts);
    }
  }

  /**
   * Return the position of the text, in pixels of the figure.
   *
   * @param {number} step
   * @returns {[number, number]}
   */
  place(step) {
    return [this.number(this.item.x, step), this.number(this.item.y, step)];
  }

  /**
   * Show the text of a step.
   *
   * @param {number} step
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  update(step, scale) {
    this.write(this.textAt(Math.floor(step)));
    const [x, y] = this.place(step).map((at) => Math.round(at * scale) / scale);
    for (const node of this.parts.length ? this.parts : [this.node]) {
      set(node, "x", x);
      set(node, "y", y);
    }
  }

  /** @param {number} step */
  textAt(step) {
    const { text } = this.item;
    const values = typeof text === "number" ? this.arrays.get(text) : [text.constant];
    const index = values[Math.min(step, values.length - 1)];
    return index < 0 ? "" : this.texts[index];
  }

  /** @param {string} text */
  write(text) {
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    if (this.parts.length) {
      const integer = wholePart(text);
      this.fill(this.parts[0], integer);
      this.fill(this.parts[1], text.slice(integer.length));
    } else {
      this.fill(this.node, text);
    }
  }

  /**
   * Write a text with the same width as in frames.
   *
   * @param {SVGElement} node
   * @param {string} text
   */
  fill(node, text) {
    node.textContent = text;
    const letters = [...text];
    if (letters.length > 1) {
      const { advances } = this.item;
      const width = letters.reduce((sum, letter) => sum + advances[letter], 0);
      node.setAttribute("textLength", String(width));
    } else {
      node.removeAttribute("textLength");
    }
  }

  /**
   * @param {number | { constant: number }} numbers
   * @param {number} step
   */
  number(numbers, step) {
    if (typeof numbers !== "number") {
      return numbers.constant;
    }
    const values = this.arrays.get(numbers);
    const first = Math.min(Math.floor(step), values.length - 1);
    const next = Math.min(first + 1, values.length - 1);
    return values[first] + (step - Math.floor(step)) * (values[next] - values[first]);
  }
}

/**
 * Return the part before the decimal point, or before a power of ten.
 *
 * @param {string} number
 */
export function wholePart(number) {
  return number[0] === "d" ? "" : number.split(".")[0].split("e")[0];
}

/** @param {Element} node @param {string} name @param {number} value */
function set(node, name, value) {
  const text = String(Math.round(value * 100) / 100);
  if (node.getAttribute(name) !== text) {
    node.setAttribute(name, text);
  }
}
