/**
 * Draws the strokes and dots that trails and markers are made of, as
 * drawing/strokes.py does. Lengths are in pixels of the figure.
 */

/** @typedef {CanvasRenderingContext2D} Canvas */
/** @typedef {[number, number]} Point */
/** @typedef {{ color: string, width: number }} Pen */

/** The least distance of two dots, in diameters. */
const SPREAD = 2;

/**
 * Draw a line through points.
 *
 * @param {Canvas} canvas
 * @param {Point[]} points
 * @param {Pen} pen
 */
export function stroke(canvas, points, { color, width }) {
  canvas.strokeStyle = color;
  canvas.lineWidth = width;
  canvas.beginPath();
  trace(canvas, points);
  canvas.stroke();
}

/**
 * Draw disks around points.
 *
 * @param {Canvas} canvas
 * @param {Point[]} points
 * @param {Pen} pen its width is their diameter
 */
export function dots(canvas, points, { color, width }) {
  canvas.fillStyle = color;
  canvas.beginPath();
  for (const [x, y] of points) {
    canvas.moveTo(x + width / 2, y);
    canvas.arc(x, y, width / 2, 0, 2 * Math.PI);
  }
  canvas.fill();
}

/**
 * Draw disks that are smaller where they are close, so that they do not overlap, as
 * drawing/step_marks.py does.
 *
 * @param {Canvas} canvas
 * @param {Point[]} points
 * @param {number[]} gaps the distance of each point from the one before
 * @param {string} color
 * @param {[number, number]} sizes the smallest and the largest diameter
 */
export function spacedDots(canvas, points, gaps, color, [least, most]) {
  points.forEach((point, i) => {
    const width = Math.min(Math.max(gaps[i] / SPREAD, least), most);
    dots(canvas, [point], { color, width });
  });
}

/**
 * Draw upright crosses at points.
 *
 * @param {Canvas} canvas
 * @param {Point[]} points
 * @param {number} size
 * @param {Pen[]} pens
 */
export function crosses(canvas, points, size, pens) {
  const half = size / 2;
  for (const { color, width } of pens) {
    canvas.strokeStyle = color;
    canvas.lineWidth = width;
    canvas.beginPath();
    for (const [x, y] of points) {
      canvas.moveTo(x - half, y);
      canvas.lineTo(x + half, y);
      canvas.moveTo(x, y - half);
      canvas.lineTo(x, y + half);
    }
    canvas.stroke();
  }
}

/**
 * Draw diamonds around a point; the width of a pen is the size.
 *
 * @param {Canvas} canvas
 * @param {Point} point
 * @param {Pen[]} pens
 */
export function diamond(canvas, [x, y], pens) {
  for (const { color, width } of pens) {
    const half = width / 2;
    canvas.fillStyle = color;
    canvas.beginPath();
    trace(canvas, [
      [x + half, y],
      [x, y - half],
      [x - half, y],
      [x, y + half],
    ]);
    canvas.fill();
  }
}

/**
 * Draw an arrowhead about a point. The width of each pen is the diameter of a disk; the
 * last one is the arrowhead, and the others stand out around it.
 *
 * @param {Canvas} canvas
 * @param {Point} point
 * @param {number} angle in which it points, clockwise from the right
 * @param {Pen[]} pens
 */
export function arrowhead(canvas, [x, y], angle, pens) {
  const inner = pens[pens.length - 1];
  const radius = 0.65 * inner.width;
  canvas.beginPath();
  for (const turn of [0, 2.3, -2.3]) {
    const way = angle + turn;
    canvas.lineTo(x + radius * Math.cos(way), y + radius * Math.sin(way));
  }
  canvas.closePath();
  for (const { color, width } of pens.slice(0, -1)) {
    canvas.strokeStyle = color;
    canvas.lineWidth = width - inner.width;
    canvas.stroke();
  }
  canvas.fillStyle = inner.color;
  canvas.fill();
}

/**
 * Return the dashes of a line, which are as long as the gaps between them.
 *
 * @param {Point[]} points
 * @param {number} start the length of the line before the first point
 * @param {number} length of a dash
 * @returns {Point[][]}
 */
export function dashes(points, start, length) {
  /** @type {Point[][]} */
  const found = [];
  for (let i = 1; i < points.length; i++) {
    const [x, y] = points[i - 1];
    const [toX, toY] = points[i];
    const distance = Math.hypot(toX - x, toY - y);
    const last = Math.floor((start + distance) / (2 * length));
    for (let n = Math.floor(start / (2 * length)); n <= last; n++) {
      const begin = Math.max(2 * length * n - start, 0);
      const end = Math.min(2 * length * n + length - start, distance);
      if (begin < end) {
        found.push(
          [begin, end].map((at) => [
            x + (at / distance) * (toX - x),
            y + (at / distance) * (toY - y),
          ]),
        );
      }
    }
    start += distance;
  }
  return found;
}

/** @param {Canvas} canvas @param {Point[]} points */
function trace(canvas, points) {
  canvas.moveTo(points[0][0], points[0][1]);
  for (let i = 1; i < points.length; i++) {
    canvas.lineTo(points[i][0], points[i][1]);
  }
}
