import assert from "node:assert/strict";
import { test } from "node:test";

import { spacedDots } from "../../../animator/player/page/strokes.js";

test("close dots are smaller, but never than the line nor larger than usual", () => {
  const radii = /** @type {number[]} */ ([]);
  const canvas = /** @type {CanvasRenderingContext2D} */ (
    /** @type {unknown} */ ({
      beginPath: () => {},
      fill: () => {},
      moveTo: () => {},
      arc: (/** @type {number[]} */ ...args) => radii.push(args[2]),
    })
  );
  /** @type {[number, number][]} */
  const points = [0, 40, 48, 49].map((x) => [x, 0]);
  spacedDots(canvas, points, [Infinity, 40, 8, 1], "#123456", [2, 6]);
  assert.deepEqual(radii, [3, 3, 2, 1]);
});
