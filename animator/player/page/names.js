/**
 * Buttons over the names of settings on the picture, which hide and show the settings.
 *
 * @import { TextLine } from "./texts.js"
 * @import { Pointer } from "./pointer.js"
 * @import { Player } from "./player.js"
 */

import { element } from "./dom.js";

/** The tooltip of the buttons. */
const HINT = "click: hide or show; double click: show alone";

/** The buttons over the names. */
export class NameButtons {
  /**
   * @param {Player} player
   * @param {HTMLElement} frame contains the picture
   * @param {Pointer} pointer
   */
  constructor(player, frame, pointer) {
    this.player = player;
    this.pointer = pointer;
    this.frame = frame;
    this.node = element("div", { class: "names" });
    /** @type {{ button: HTMLButtonElement, label: string, line: TextLine | null }[]} */
    this.buttons = [];
    /** Whether the buttons were made while the picture was seen. */
    this.isPlaced = false;
    player.listeners.push((change) => this.update(change.step === undefined));
  }

  /** Make the buttons again, at the current positions of the names. */
  place() {
    this.buttons = [];
    const { settings } = this.player.scene;
    const { picture } = this.player;
    const frame = this.frame.getBoundingClientRect();
    this.isPlaced = frame.width > 0;
    settings.forEach(({ label, keys }, index) => {
      const groups = keys.map((id) => picture.background.group(id));
      groups.forEach((group) => group?.setAttribute("aria-hidden", "true"));
      const boxes = groups.flatMap((group) => group?.getBoundingClientRect() ?? []);
      for (const box of merged(boxes.filter(({ width }) => width > 0))) {
        this.add(label, null, box, frame);
      }
      for (const line of picture.lines) {
        if (line.item.role === "key" && line.item.owner === index) {
          this.add(label, line, line.node.getBoundingClientRect(), frame);
        }
      }
    });
    this.node.replaceChildren(...this.buttons.map(({ button }) => button));
    this.update(true);
  }

  /**
   * @param {string} label
   * @param {TextLine | null} line the text, if it moves
   * @param {DOMRect} box
   * @param {DOMRect} frame
   */
  add(label, line, box, frame) {
    const { player } = this;
    const button = element("button", { type: "button", "aria-label": label });
    button.title = `${label} (${HINT})`;
    if (this.buttons.some((other) => other.label === label)) {
      button.tabIndex = -1;
    }
    button.addEventListener("click", (event) => {
      if (event.shiftKey) {
        player.showAlone(label);
      } else {
        player.toggleSetting(label);
      }
    });
    button.addEventListener("dblclick", () => player.showAlone(label));
    for (const [start, end] of [
      ["focus", "blur"],
      ["pointerenter", "pointerleave"],
    ]) {
      button.addEventListener(start, () => this.pointer.showSetting(label));
      button.addEventListener(end, () => this.pointer.clear());
    }
    Object.assign(button.style, {
      left: `${(100 * (box.left - frame.left)) / frame.width}%`,
      top: `${(100 * (box.top - frame.top)) / frame.height}%`,
      width: `${(100 * box.width) / frame.width}%`,
      height: `${(100 * box.height) / frame.height}%`,
    });
    this.buttons.push({ button, label, line });
  }

  /** @param {boolean} isAll whether more than the step has changed */
  update(isAll) {
    const { hidden, step } = this.player.state;
    const [width, height] = this.player.scene.size;
    for (const { button, label, line } of this.buttons) {
      if (line) {
        const [x, y] = line.place(step);
        button.style.left = `${(100 * x) / width}%`;
        button.style.top = `${(100 * (y - 0.95 * line.item.size)) / height}%`;
      }
      if (isAll) {
        button.setAttribute("aria-pressed", String(!hidden.has(label)));
      }
    }
  }
}

/**
 * Join boxes that are side by side on a line.
 *
 * @param {DOMRect[]} boxes
 * @returns {DOMRect[]}
 */
function merged(boxes) {
  /** @type {DOMRect[]} */
  const found = [];
  for (const box of [...boxes].sort((a, b) => a.left - b.left)) {
    const index = found.findIndex(
      (other) =>
        Math.abs(middle(other) - middle(box)) <
          0.5 * Math.max(other.height, box.height) &&
        box.left - other.right < 1.5 * box.height,
    );
    if (index < 0) {
      found.push(box);
    } else {
      found[index] = union(found[index], box);
    }
  }
  return found;
}

/** @param {DOMRect} box */
function middle({ top, bottom }) {
  return (top + bottom) / 2;
}

/** @param {DOMRect} one @param {DOMRect} other */
function union(one, other) {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  const right = Math.max(one.right, other.right);
  const bottom = Math.max(one.bottom, other.bottom);
  return new DOMRect(left, top, right - left, bottom - top);
}
