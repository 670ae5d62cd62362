/**
 * Draws the path of one setting on a panel piece by piece, as drawing/polyline.py does.
 *
 * The casing of a new piece would cover the end of the line before it. Therefore the
 * line ends a casing's radius before its casing, and the tip of the trail draws the
 * rest.
 *
 * @import { Panel, Pens, Trail } from "./document.js"
 * @import { Canvas, Point } from "./strokes.js"
 * @import { Arrays } from "./unpack.js"
 */

import { xOf, yOf } from "./axes.js";
import { coordinates } from "./coordinates.js";
import { moveAside } from "./offsets.js";
import { Route } from "./route.js";
import {
  arrowhead,
  crosses,
  dashes,
  diamond,
  dots,
  spacedDots,
  stroke,
} from "./strokes.js";

/** The distance by which coinciding paths are moved aside, in widths of the line. */
const ASIDE = 1.5;
const CROSS = 1.5;
const EVENT = 2.4;
const FAR = 1e5;
const HUGE = 1e150;

/** Draws a path on its panel. */
export class Path {
  /**
   * @param {Trail} trail
   * @param {Panel} panel
   * @param {Pens} pens
   * @param {Arrays} arrays
   */
  constructor(trail, panel, pens, arrays) {
    this.trail = trail;
    this.panel = panel;
    this.pens = pens;
    this.events = new Set(trail.events);
    /** The number of steps, without unknown ones at the end. */
    this.length = 0;
    /** The first step with a known position. */
    this.begin = 0;
    /** The steps without a line, with their side: -1 below, 1 above. */
    this.gaps = /** @type {Map<number, number>} */ (new Map());
    const [xs, ys] = coordinates(trail, arrays);
    this.xs = xs;
    this.ys = ys;
    this.findEnds();
    this.offsets = trail.offsets === null ? null : arrays.get(trail.offsets);
    /** @type {Map<number, Point>} */
    this.marks = new Map();
    /** @type {Route | null} */
    this.placed = null;
    this.scale = 0;
  }

  findEnds() {
    const { xs, ys, trail } = this;
    const isGap = (/** @type {number} */ i) =>
      trail.isCurve && (Math.abs(xs[i]) === Infinity || Math.abs(ys[i]) === Infinity);
    const isKnown = (/** @type {number} */ i) =>
      isGap(i) || (Number.isFinite(xs[i]) && Number.isFinite(ys[i]));
    while (this.begin < ys.length && !isKnown(this.begin)) {
      this.gaps.set(this.begin, 1);
      this.begin++;
    }
    this.length = this.begin;
    while (this.length < ys.length && isKnown(this.length)) {
      if (isGap(this.length)) {
        this.gaps.set(this.length, ys[this.length] < 0 ? -1 : 1);
      }
      this.length++;
    }
  }

  get isEmpty() {
    return this.begin === this.length;
  }

  /**
   * Return the path on the screen.
   *
   * @param {number} scale pixels of the screen in a pixel of the figure
   * @returns {Route}
   */
  route(scale = this.scale) {
    if (this.placed === null || scale !== this.scale) {
      const [x, y] = this.place();
      const { casing, dot } = this.trail;
      const radius = Math.max(casing, (casing + dot) / 2) / 2;
      this.placed = new Route(x, y, this.gaps, radius, scale);
      this.scale = scale;
      this.placeMarks();
    }
    return this.placed;
  }

  /** @returns {[Float64Array, Float64Array]} */
  place() {
    const x = new Float64Array(this.length);
    const y = new Float64Array(this.length);
    for (let step = 0; step < this.length; step++) {
      const known = Math.max(step, this.begin);
      x[step] = limit(xOf(this.panel, this.xs[known]), HUGE);
      y[step] = limit(yOf(this.panel, this.ys[known]), HUGE);
    }
    if (this.offsets) {
      moveAside(x, y, this.offsets, ASIDE * this.trail.lineWidth);
    }
    for (let step = 0; step < this.length; step++) {
      [x[step], y[step]] = this.near(step, x[step], y[step]);
    }
    return [x, y];
  }

  /**
   * Return a position that is near enough to be drawn exactly.
   *
   * @param {number} step
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  near(step, x, y) {
    const [left, top, right, bottom] = this.panel.box;
    const middle = [(left + right) / 2, (top + bottom) / 2];
    const across = x - middle[0];
    const down = y - middle[1];
    if (this.trail.isCurve) {
      // Each point stays at its own step.
      const gap = this.gaps.get(step);
      const height = gap === undefined ? limit(down, FAR) : -gap * FAR;
      return [middle[0] + limit(across, FAR), middle[1] + height];
    }
    const share = Math.min(1, FAR / Math.hypot(across, down));
    return [middle[0] + share * across, middle[1] + share * down];
  }

  placeMarks() {
    this.marks.clear();
    const size = this.trail.markSize;
    const y = this.panel.box[3] - size;
    let before = -Infinity;
    for (const [step, side] of this.trail.hasMarks ? this.gaps : []) {
      const x = xOf(this.panel, this.xs[step]);
      if (side < 0 && x - before >= size) {
        this.marks.set(step, [x, y]);
        before = x;
      }
    }
  }

  /**
   * Draw the piece that a step adds.
   *
   * @param {Canvas} canvas
   * @param {number} step
   */
  drawStep(canvas, step) {
    const route = this.route();
    const end = route.kept.length - 1;
    const at = Math.min(step, route.last);
    const first = step ? route.vertex[Math.min(step - 1, route.last)] + 1 : 0;
    const last = Math.min(route.vertex[at], end);
    for (let piece = first; piece <= last; piece++) {
      this.drawCasing(canvas, route.vertices(route.behind(piece), piece));
      const settled = piece ? route.settled[piece - 1] : 0;
      for (let line = settled; line < route.settled[piece]; line++) {
        this.drawLine(canvas, route.behind(line), line, []);
        this.drawDots(canvas, line, line);
      }
    }
    if (step <= route.last && this.events.has(step)) {
      this.drawEvents(canvas, [step]);
    }
    const mark = this.marks.get(step);
    if (mark) {
      const { casingColor, color, markSize } = this.trail;
      arrowhead(canvas, mark, Math.PI / 2, [
        { color: casingColor, width: 1.5 * markSize },
        { color, width: markSize },
      ]);
    }
  }

  /** @param {Canvas} canvas @param {number[]} steps */
  drawEvents(canvas, steps) {
    const { dot, casingColor, color, lineWidth } = this.trail;
    const size = EVENT * dot;
    for (const step of steps) {
      diamond(canvas, this.route().point(step), [
        { color: casingColor, width: size + 0.6 * lineWidth },
        { color, width: size },
      ]);
    }
  }

  /** @param {Canvas} canvas @param {Point[]} points */
  drawCasing(canvas, points) {
    const { isDashed, alpha, casing, casingColor } = this.trail;
    if (!isDashed && alpha === 1) {
      const draw = points.length > 1 ? stroke : dots;
      draw(canvas, points, { color: casingColor, width: casing });
    }
  }

  /**
   * Draw the marks of steps on some vertices, the last one included.
   *
   * @param {Canvas} canvas
   * @param {number} first
   * @param {number} last
   */
  drawDots(canvas, first, last) {
    const { hasDots, isCurve, lineColor, color, dot, width } = this.trail;
    const route = this.route();
    const points = route.vertices(first, last);
    if (!hasDots || !points.length) {
      return;
    }
    const gaps = points.map((_, i) => route.gap(first + i));
    if (isCurve) {
      dots(canvas, points, { color: lineColor, width: dot });
    } else if (this.pens.stepMark === "cross") {
      this.drawCrosses(canvas, points, gaps);
    } else {
      spacedDots(canvas, points, gaps, color, [width, dot]);
    }
  }

  /**
   * Draw crosses; close ones get no rims, which would hide the path.
   *
   * @param {Canvas} canvas
   * @param {Point[]} points
   * @param {number[]} gaps the distance of each point from the one before
   */
  drawCrosses(canvas, points, gaps) {
    const { casingColor, color, dot, lineWidth } = this.trail;
    const size = CROSS * dot;
    const width = 0.5 * lineWidth;
    const rims = points.filter((_, i) => gaps[i] >= size);
    crosses(canvas, rims, size, [{ color: casingColor, width: 2 * width }]);
    crosses(canvas, points, size, [{ color, width }]);
  }

  /**
   * Draw the line, without dots, through some vertices and to the ends.
   *
   * @param {Canvas} canvas
   * @param {number} first
   * @param {number} last
   * @param {Point[]} ends
   */
  drawLine(canvas, first, last, ends) {
    const { lineColor, width, alpha } = this.trail;
    const route = this.route();
    const points = [...route.vertices(first, last), ...ends];
    if (points.length > 1) {
      canvas.lineCap = alpha < 1 ? "butt" : "round";
      this.stroke(canvas, points, lineColor, width, route.lengths[first]);
      canvas.lineCap = "round";
    }
  }

  /**
   * Draw a line, dashed if the trail is.
   *
   * @param {Canvas} canvas
   * @param {Point[]} points
   * @param {string} color
   * @param {number} width
   * @param {number} start the length of the line before the first point
   */
  stroke(canvas, points, color, width, start = 0) {
    const length = this.trail.dash * this.trail.width;
    const parts = length ? dashes(points, start, length) : [points];
    for (const part of parts) {
      stroke(canvas, part, { color, width });
    }
  }
}

/** @param {number} value @param {number} most */
function limit(value, most) {
  return Math.max(-most, Math.min(most, value));
}
