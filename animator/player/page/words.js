/**
 * Texts that an artist draws, as texts of an SVG: they can be selected, and read out.
 *
 * @import { Box, TextOp } from "./document.js"
 */

const SVG = "http://www.w3.org/2000/svg";

/** The texts of one artist; they lie above all that is drawn. */
export class Words {
  /**
   * @param {string} id of what cuts off what is outside of the panel
   * @param {Box | null} box of the panel
   */
  constructor(id, box) {
    this.node = document.createElementNS(SVG, "g");
    /** @type {{ node: SVGTextElement, shown: string }[]} */
    this.entries = [];
    this.count = 0;
    if (box) {
      const [left, top, right, bottom] = box;
      const clip = document.createElementNS(SVG, "clipPath");
      const rect = document.createElementNS(SVG, "rect");
      set(clip, { id });
      set(rect, { x: left, y: top, width: right - left, height: bottom - top });
      clip.append(rect);
      this.node.append(clip);
      this.node.setAttribute("clip-path", `url(#${id})`);
    }
  }

  /** Write the texts of another step. */
  begin() {
    this.count = 0;
  }

  /**
   * @param {TextOp} op
   * @param {string} text
   * @param {number} x of the left end of its baseline, in pixels of the figure
   * @param {number} y
   */
  write(op, text, x, y) {
    let entry = this.entries[this.count++];
    if (entry === undefined) {
      entry = { node: document.createElementNS(SVG, "text"), shown: "" };
      this.entries.push(entry);
      this.node.append(entry.node);
    }
    const { node } = entry;
    const place = [x, y].map((at) => at.toFixed(2)).join(" ");
    const shown = JSON.stringify([op, place, text]);
    if (shown !== entry.shown) {
      entry.shown = shown;
      node.textContent = text;
      node.style.font = `${op.style} ${op.weight} ${op.size}px ${op.family}`;
      set(node, {
        fill: op.color,
        transform: `translate(${place})${op.angle ? ` rotate(${-op.angle})` : ""}`,
      });
      if (op.width !== undefined && text.length > 1) {
        set(node, { textLength: op.width });
      } else {
        node.removeAttribute("textLength");
      }
    }
    node.style.display = "";
  }

  /** Hide what the last step had more. */
  end() {
    for (const { node } of this.entries.slice(this.count)) {
      node.style.display = "none";
    }
  }
}

/**
 * Hide a text from those who hear it unless it has letters: numbers of axes say nothing.
 *
 * @param {Element} node
 */
export function hideNumbers(node) {
  if (!/\p{L}/u.test(node.textContent ?? "")) {
    node.setAttribute("aria-hidden", "true");
  }
}

/** @param {Element} node @param {Record<string, string | number>} attributes */
function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, String(value));
  }
}
