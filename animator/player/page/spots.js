/**
 * Finds what is at a place of the picture: a step of a path, or a point of a map.
 *
 * @import { Panel } from "./document.js"
 * @import { Path } from "./path.js"
 * @import { Picture } from "./picture.js"
 */

import { dataAt, panelAt } from "./axes.js";

/**
 * A step of a path, or of all paths of the picture if `path` is null.
 *
 * @typedef {{ kind: "step", step: number, path: Path | null, panel: number }} StepSpot
 */

/**
 * A place on a map: its data coordinates.
 *
 * @typedef {{ kind: "place", x: number, y: number, panel: number }} PlaceSpot
 */

/** @typedef {StepSpot | PlaceSpot} Spot */

/**
 * Return what is at a place.
 *
 * @param {Picture} picture
 * @param {number} x in pixels of the figure
 * @param {number} y
 * @param {number} step up to which paths are drawn
 * @param {number} reach how far off a step may be, in pixels of the figure
 * @returns {Spot | null}
 */
export function spotAt(picture, x, y, step, reach) {
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
 * Return the step whose point is nearest to a place, of those that are drawn.
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
      // Of steps in one place, the last one is on top.
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
