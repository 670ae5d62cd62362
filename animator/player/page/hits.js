/**
 * Finds the step of a path, or the point of a map, at a position of the picture.
 *
 * @import { Panel } from "./document.js"
 * @import { Path } from "./path.js"
 * @import { Picture } from "./picture.js"
 */

import { dataAt, panelAt } from "./axes.js";

/**
 * A step of a path, or of all paths of the picture if `path` is null.
 *
 * @typedef {{ kind: "step", step: number, path: Path | null, panel: number }} StepHit
 */

/**
 * A position on a map, in data coordinates.
 *
 * @typedef {{ kind: "place", x: number, y: number, panel: number }} PlaceHit
 */

/** @typedef {StepHit | PlaceHit} Hit */

/**
 * Return the step or the point of a map at a position.
 *
 * @param {Picture} picture
 * @param {number} x in pixels of the figure
 * @param {number} y
 * @param {number} step up to which paths are drawn
 * @param {number} reach the largest distance to a step, in pixels of the figure
 * @returns {Hit | null}
 */
export function hitAt(picture, x, y, step, reach) {
  const index = panelAt(picture.scene.panels, x, y);
  if (index < 0) {
    return null;
  }
  const panel = picture.scene.panels[index];
  const paths = picture.paths.filter((path) => path.panel === panel);
  const near = nearestStep(paths, x, y, step);
  if (near && near.distance <= reach) {
    return { kind: "step", step: near.step, path: near.path, panel: index };
  }
  const [across, up] = dataAt(panel, x, y);
  if (panel.shows === "steps" && paths.length) {
    const last = Math.floor(step);
    const at = Math.max(0, Math.min(last, Math.round(across)));
    return { kind: "step", step: at, path: null, panel: index };
  }
  if (panel.shows === "map") {
    return { kind: "place", x: across, y: up, panel: index };
  }
  return null;
}

/**
 * Return the drawn step that is nearest to a position.
 *
 * @param {Path[]} paths
 * @param {number} x
 * @param {number} y
 * @param {number} last up to which step
 */
function nearestStep(paths, x, y, last) {
  /** @type {{ path: Path, step: number, distance: number } | null} */
  let best = null;
  for (const path of paths) {
    const route = path.route();
    const end = Math.min(Math.floor(last), route.last);
    for (let step = path.begin; step <= end; step++) {
      const distance = Math.hypot(route.x[step] - x, route.y[step] - y);
      // Of steps at the same position, the last one is on top.
      if (best === null || distance <= best.distance) {
        best = { path, step, distance };
      }
    }
  }
  return best;
}

/**
 * Return whether two panels are maps of the same coordinates.
 *
 * @param {Panel} one
 * @param {Panel} other
 */
export function haveSameCoordinates(one, other) {
  const areMaps = one.shows === "map" && other.shows === "map";
  return areMaps && one.x.label === other.x.label && one.y.label === other.y.label;
}
