/**
 * The points of a path on the screen, without those that cannot be distinguished, as
 * drawing/route.py has them.
 *
 * @import { Point } from "./strokes.js"
 */

/** Steps closer than this, in pixels of the screen, share one vertex of the trail. */
const CLOSE = 0.5;

/** A path in pixels; piece v of the line is the stroke to vertex v and its dot. */
export class Route {
  /**
   * @param {Float64Array} x of each step until the end of the path
   * @param {Float64Array} y of each step
   * @param {Map<number, number>} gaps the steps at which the line is interrupted
   * @param {number} radius of the line's casing
   * @param {number} scale pixels of the screen in a pixel of the figure
   */
  constructor(x, y, gaps, radius, scale) {
    this.x = x;
    this.y = y;
    this.gaps = gaps;
    this.last = x.length - 1;
    /** The step of each vertex. @type {number[]} */
    this.kept = [];
    /** The length of the line up to each vertex. @type {number[]} */
    this.lengths = [];
    /** The vertices without a stroke before them. @type {Set<number>} */
    this.breaks = new Set();
    /** The last vertex up to each step; -1 if there is none yet. */
    this.vertex = new Int32Array(x.length);
    this.reduce(CLOSE / Math.max(scale, 1));
    /** The number of pieces of line that lie far enough behind a vertex. */
    this.settled = new Int32Array(this.kept.length);
    this.settle(radius);
  }

  /** @param {number} close */
  reduce(close) {
    const { x, y, kept, lengths } = this;
    for (let step = 0; step < x.length; step++) {
      if (!this.gaps.has(step)) {
        const before = kept[kept.length - 1];
        const isNew = !kept.length || this.gaps.has(step - 1);
        const moved = kept.length
          ? Math.hypot(x[step] - x[before], y[step] - y[before])
          : 0;
        if (isNew || moved >= close) {
          if (isNew && kept.length) {
            this.breaks.add(kept.length);
          }
          lengths.push(kept.length ? lengths[kept.length - 1] + moved : 0);
          kept.push(step);
        }
      }
      this.vertex[step] = kept.length - 1;
    }
  }

  /** @param {number} radius */
  settle(radius) {
    let count = 0;
    for (let v = 0; v < this.kept.length; v++) {
      while (this.lengths[count] <= this.lengths[v] - radius) {
        count++;
      }
      this.settled[v] = count;
    }
  }

  /** @param {number} step @returns {Point} */
  point(step) {
    return [this.x[step], this.y[step]];
  }

  /**
   * Return some vertices, the last one included.
   *
   * @param {number} first
   * @param {number} last
   * @returns {Point[]}
   */
  vertices(first, last) {
    return this.kept.slice(first, last + 1).map((step) => this.point(step));
  }

  /**
   * Return the position of the marker.
   *
   * @param {number} step
   * @returns {Point}
   */
  at(step) {
    if (step >= this.last) {
      return this.point(this.last);
    }
    const index = Math.floor(step);
    const share = step - index;
    return [
      this.x[index] + share * (this.x[index + 1] - this.x[index]),
      this.y[index] + share * (this.y[index + 1] - this.y[index]),
    ];
  }

  /**
   * Return whether the line leads to the marker.
   *
   * @param {number} step
   */
  isDrawn(step) {
    const index = Math.min(Math.floor(step), this.last);
    const isStep = step === index || index === this.last;
    const after = isStep ? index : Math.min(index + 1, this.last);
    return !this.gaps.has(index) && !this.gaps.has(after);
  }

  /**
   * Return the distance of a vertex from the one before.
   *
   * @param {number} vertex
   */
  gap(vertex) {
    return !vertex || this.breaks.has(vertex)
      ? Infinity
      : this.lengths[vertex] - this.lengths[vertex - 1];
  }

  /**
   * Return the start of the stroke to a vertex; without a stroke, the vertex itself.
   *
   * @param {number} vertex
   */
  behind(vertex) {
    return this.breaks.has(vertex) ? vertex : Math.max(vertex - 1, 0);
  }
}
