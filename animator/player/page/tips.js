/**
 * The moving parts of the trails of a panel: their newest steps, and the markers at
 * their heads, as drawing/trail.py, comet.py and markers.py do.
 *
 * @import { Path } from "./path.js"
 * @import { Canvas, Point } from "./strokes.js"
 */

import { arrowhead, dots, spacedDots } from "./strokes.js";

/** Shares of the newest steps, and their widths relative to the path's. */
const PARTS = [
  [1, 0.5],
  [0.5, 1],
];
/** Markers that are nearer than this, in sizes of markers, meet. */
const MEETING = 0.2;
const RING = 0.3;
const WIDEST = 2.2;

/**
 * Draw the newest end of a path.
 *
 * @param {Canvas} canvas
 * @param {Path} path
 * @param {number} step
 */
export function drawTip(canvas, path, step) {
  if (step < path.begin) {
    return;
  }
  const route = path.route();
  const last = route.vertex[Math.min(Math.floor(step), route.last)];
  const first = last >= 0 ? route.behind(route.settled[last]) : 0;
  const points = last >= 0 ? route.vertices(first, last) : [];
  const ends = route.isDrawn(step) ? [route.at(step)] : [];
  if (ends.length) {
    path.drawCasing(canvas, [...points.slice(-1), ...ends]);
  }
  path.drawLine(canvas, first, last, ends);
  if (last >= 0) {
    path.drawDots(canvas, first, last);
  }
  drawComet(canvas, path, step);
}

/**
 * Draw the newest steps of a path over the rest of it.
 *
 * @param {Canvas} canvas
 * @param {Path} path
 * @param {number} step
 */
function drawComet(canvas, path, step) {
  const { trail, pens } = path;
  const { comet, width, lineWidth, alpha, color } = trail;
  if (!comet) {
    return;
  }
  const route = path.route();
  const parts = PARTS.map(([share, wider]) => ({
    points: newest(path, step, share),
    size: width + wider * (lineWidth - width),
  })).filter(({ points }) => points.length);
  for (const { points, size } of alpha === 1 ? parts : []) {
    path.stroke(canvas, points, pens.casing, size + 0.6 * lineWidth);
  }
  for (const { points, size } of parts) {
    path.stroke(canvas, points, translucent(color, alpha), size);
  }
  const last = Math.min(step, route.last);
  /** @type {Point[]} */
  const marks = [];
  const oldest = Math.ceil(Math.max(0, last - comet));
  for (let at = oldest; at <= Math.floor(last); at++) {
    marks.push(route.point(at));
  }
  if (marks.length && trail.hasDots) {
    const gaps = marks.map(([x, y], i) =>
      i ? Math.hypot(x - marks[i - 1][0], y - marks[i - 1][1]) : Infinity,
    );
    spacedDots(canvas, marks, gaps, color, [lineWidth, 1.3 * trail.dot]);
  }
  const newestStep = Math.floor(last);
  path.drawEvents(
    canvas,
    trail.events.filter(
      (at) => at <= newestStep && at >= Math.max(0, newestStep - comet),
    ),
  );
}

/**
 * Return the points of a share of the newest steps of a path.
 *
 * @param {Path} path
 * @param {number} step
 * @param {number} share
 * @returns {Point[]}
 */
function newest(path, step, share) {
  const route = path.route();
  const last = Math.min(step, route.last);
  const first = Math.max(0, last - share * path.trail.comet);
  if (first >= last) {
    return [];
  }
  const points = [route.at(first)];
  for (let at = Math.floor(first) + 1; at < Math.ceil(last); at++) {
    points.push(route.point(at));
  }
  points.push(route.at(last));
  return points;
}

/**
 * Draw the marker at the head of a path; where markers meet, they are rings.
 *
 * @param {Canvas} canvas
 * @param {Path} path
 * @param {Path[]} others all paths of the panel that have a marker and are shown
 * @param {number} step
 */
export function drawHead(canvas, path, others, step) {
  if (step < path.begin) {
    return;
  }
  const { trail, pens } = path;
  const size = trail.marker + ring(path, others, step);
  const layers = [
    { color: pens.shade, width: size + trail.shade },
    { color: pens.casing, width: size + trail.rim },
    { color: trail.color, width: size },
  ];
  const { place, away } = onMap(path, path.route().at(step));
  if (away[0] === 0 && away[1] === 0) {
    for (const layer of layers) {
      dots(canvas, [place], layer);
    }
  } else {
    arrowhead(canvas, place, Math.atan2(away[1], away[0]), layers);
  }
}

/**
 * Return the additional size of a marker that is drawn as a ring around others.
 *
 * @param {Path} path
 * @param {Path[]} others
 * @param {number} step
 */
function ring(path, others, step) {
  const { marker, rim, color } = path.trail;
  const [x, y] = onMap(path, path.route().at(step)).place;
  const meeting = others.filter((other) => {
    const { place } = onMap(other, other.route().at(step));
    return Math.hypot(place[0] - x, place[1] - y) <= MEETING * marker;
  });
  const colors = [...new Set(meeting.map((other) => other.trail.color))];
  const above = colors.length - 1 - colors.indexOf(color);
  const widest = (WIDEST * marker) / Math.max(colors.length - 1, 1);
  return above * Math.min(rim + RING * marker, widest);
}

/**
 * Return the position where a marker is drawn, and the offset to its true position.
 *
 * @param {Path} path
 * @param {Point} head
 * @returns {{ place: Point, away: Point }}
 */
export function onMap(path, head) {
  const { trail, panel } = path;
  const [left, top, right, bottom] = panel.box;
  const isInside = trail.isCurve || (left <= head[0] && head[0] <= right);
  if (isInside && top <= head[1] && head[1] <= bottom) {
    return { place: head, away: [0, 0] };
  }
  const inset = 0.65 * (trail.marker + trail.shade);
  if (trail.isCurve) {
    const border = head[1] < top ? top + inset : bottom - inset;
    return { place: [head[0], border], away: [0, head[1] - border] };
  }
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const across = head[0] - x;
  const down = head[1] - y;
  const share = Math.min(
    across ? ((right - left) / 2 - inset) / Math.abs(across) : Infinity,
    down ? ((bottom - top) / 2 - inset) / Math.abs(down) : Infinity,
  );
  return { place: [x + share * across, y + share * down], away: [across, down] };
}

/**
 * Return a color, "#rrggbb", as opaque as a line is.
 *
 * @param {string} color
 * @param {number} alpha
 */
export function translucent(color, alpha) {
  const opacity = Math.round(255 * alpha)
    .toString(16)
    .padStart(2, "0");
  return alpha === 1 ? color : `${color.slice(0, 7)}${opacity}`;
}
