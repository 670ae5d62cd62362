/**
 * Draws display lists: the paths, markers, texts and images of matplotlib at a step.
 *
 * @import { Box, ImageOp, MarkersOp, Op, Ops, PathOp, Stroke, TextOp } from "./document.js"
 * @import { Images } from "./images.js"
 * @import { Canvas } from "./strokes.js"
 * @import { Arrays, Numbers } from "./unpack.js"
 * @import { Words } from "./words.js"
 */

/** @typedef {{ letter: string, count: number }} Code */

/** The length in pixels of a line that stands for a dot. */
const SHORT = 0.01;

/** The display lists of one artist. */
export class DisplayLists {
  /**
   * @param {Ops} item
   * @param {Arrays} arrays
   * @param {string[]} texts
   * @param {Images} images
   * @param {Box | null} box the panel's box, outside of which nothing is drawn
   * @param {Words | null} words take the texts; they are painted if there are none
   */
  constructor(item, arrays, texts, images, box, words) {
    this.item = item;
    this.words = words;
    this.box = box;
    this.texts = texts;
    this.images = images;
    this.structure = arrays.get(item.structure);
    this.start = arrays.get(item.start);
    this.numbers = arrays.get(item.numbers);
    /** @type {Map<string, Code[]>} */
    this.codes = new Map();
  }

  /**
   * Draw the list of a step; between two steps, interpolate lists of equal structure.
   *
   * @param {Canvas} canvas
   * @param {number} step
   */
  draw(canvas, step) {
    this.words?.begin();
    const index = valueAt(this.structure, Math.floor(step));
    if (index >= 0) {
      this.drawList(canvas, step, index);
    }
    this.words?.end();
  }

  /**
   * @param {Canvas} canvas
   * @param {number} step
   * @param {number} index of its structure
   */
  drawList(canvas, step, index) {
    const first = Math.floor(step);
    const share = this.item.glides ? step - first : 0;
    const isAlike = share > 0 && valueAt(this.structure, first + 1) === index;
    const reader = new Reader(
      this.numbers,
      this.item,
      valueAt(this.start, first),
      isAlike ? valueAt(this.start, first + 1) : -1,
      share,
    );
    for (const op of this.item.structures[index]) {
      this.drawOp(canvas, op, reader);
    }
  }

  /** Return the images of the lists of some steps. @param {number} step */
  imagesAt(step) {
    const index = valueAt(this.structure, step);
    const ops = index < 0 ? [] : this.item.structures[index];
    return ops.flatMap((op) => (op.op === "image" ? [op.image] : []));
  }

  /** @param {Canvas} canvas @param {Op} op @param {Reader} reader */
  drawOp(canvas, op, reader) {
    canvas.save();
    if (op.clip && !isSameBox(op.clip, this.box)) {
      const [left, top, right, bottom] = op.clip;
      canvas.beginPath();
      canvas.rect(left, top, right - left, bottom - top);
      canvas.clip();
    }
    if (op.op === "path") {
      this.drawPath(canvas, op, reader);
    } else if (op.op === "markers") {
      this.drawMarkers(canvas, op, reader);
    } else if (op.op === "text") {
      this.drawText(canvas, op, reader);
    } else {
      this.drawImage(canvas, op, reader);
    }
    canvas.restore();
  }

  /** @param {Canvas} canvas @param {PathOp} op @param {Reader} reader */
  drawPath(canvas, op, reader) {
    const path = new Path2D();
    trace(path, this.parsed(op.codes), () => reader.next());
    paint(canvas, path, op);
  }

  /** @param {Canvas} canvas @param {MarkersOp} op @param {Reader} reader */
  drawMarkers(canvas, op, reader) {
    const shape = new Path2D();
    let at = 0;
    trace(shape, this.parsed(op.codes), () => op.shape[at++]);
    for (let i = 0; i < op.count; i++) {
      const x = reader.next();
      const y = reader.next();
      canvas.save();
      canvas.translate(x, y);
      paint(canvas, shape, op);
      canvas.restore();
    }
  }

  /** @param {Canvas} canvas @param {TextOp} op @param {Reader} reader */
  drawText(canvas, op, reader) {
    const x = reader.next();
    const y = reader.next();
    const text = this.texts[op.text];
    if (this.words) {
      this.words.write(op, text, x, y);
      return;
    }
    canvas.translate(x, y);
    canvas.rotate((-op.angle * Math.PI) / 180);
    canvas.font = `${op.style} ${op.weight} ${op.size}px ${op.family}`;
    canvas.fillStyle = op.color;
    if (op.width !== undefined && text.length > 1) {
      // Make the text as wide as in frames, whose letters are slightly wider.
      const missing = op.width - canvas.measureText(text).width;
      canvas.letterSpacing = `${missing / (text.length - 1)}px`;
    }
    canvas.fillText(text, 0, 0);
  }

  /** @param {Canvas} canvas @param {ImageOp} op @param {Reader} reader */
  drawImage(canvas, op, reader) {
    const [x, y, width, height] = [0, 1, 2, 3].map(() => reader.next());
    const picture = this.images.get(op.image);
    if (picture) {
      canvas.imageSmoothingEnabled = op.smooth;
      canvas.drawImage(picture, x, y, width, height);
    }
  }

  /** Return the letters of codes such as "M1L20Z1". @param {string} codes */
  parsed(codes) {
    let found = this.codes.get(codes);
    if (found === undefined) {
      found = Array.from(codes.matchAll(/([MLQCZ])(\d+)/g), (match) => ({
        letter: match[1],
        count: Number(match[2]),
      }));
      this.codes.set(codes, found);
    }
    return found;
  }
}

/** @param {Box} one @param {Box | null} other */
function isSameBox(one, other) {
  return other !== null && one.every((side, i) => Math.abs(side - other[i]) < 0.02);
}

/** Reads the numbers of a list, or interpolates those of two lists. */
class Reader {
  /**
   * @param {Numbers} numbers
   * @param {Ops} item
   * @param {number} at the start of the list
   * @param {number} next the start of the next list; -1 if there is none
   * @param {number} share the weight of the next list, 0 to 1
   */
  constructor(numbers, { unit, placed }, at, next, share) {
    this.numbers = numbers;
    this.unit = unit;
    this.placed = placed;
    this.count = 0;
    this.at = at;
    this.to = next;
    this.share = next < 0 ? 0 : share;
  }

  next() {
    const value = this.numbers[this.at++];
    const after = this.share ? this.numbers[this.to++] : value;
    const pixels = (value + this.share * (after - value)) / this.unit;
    const { placed } = this;
    if (!placed) {
      return pixels;
    }
    const axis = 2 * (this.count++ % 2);
    return placed[axis] * pixels + placed[axis + 1];
  }
}

/** @param {Numbers} values @param {number} step */
function valueAt(values, step) {
  return values.length === 1 ? values[0] : values[Math.min(step, values.length - 1)];
}

/**
 * Trace a path. A canvas draws no line of length 0, which is a dot in frames.
 *
 * @param {Path2D} path
 * @param {Code[]} codes
 * @param {() => number} next
 */
function trace(path, codes, next) {
  let [x, y] = [NaN, NaN];
  for (const { letter, count } of codes) {
    for (let i = 0; i < count; i++) {
      if (letter === "M") {
        [x, y] = [next(), next()];
        path.moveTo(x, y);
      } else if (letter === "L") {
        const before = [x, y];
        [x, y] = [next(), next()];
        path.lineTo(x === before[0] && y === before[1] ? x + SHORT : x, y);
      } else if (letter === "Q") {
        path.quadraticCurveTo(next(), next(), next(), next());
      } else if (letter === "C") {
        path.bezierCurveTo(next(), next(), next(), next(), next(), next());
      } else {
        path.closePath();
      }
    }
  }
}

/**
 * @param {Canvas} canvas
 * @param {Path2D} path
 * @param {{ fill?: string, stroke?: Stroke }} pens
 */
function paint(canvas, path, { fill, stroke }) {
  if (fill) {
    canvas.fillStyle = fill;
    canvas.fill(path);
  }
  if (stroke) {
    canvas.strokeStyle = stroke.color;
    canvas.lineWidth = stroke.width;
    canvas.lineCap = stroke.cap;
    canvas.lineJoin = stroke.join;
    canvas.setLineDash(stroke.dash ?? []);
    canvas.lineDashOffset = stroke.dashOffset ?? 0;
    canvas.stroke(path);
  }
}
