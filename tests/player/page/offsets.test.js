import assert from "node:assert/strict";
import { test } from "node:test";

import { moveAside } from "../../../animator/player/page/offsets.js";

/** @param {number[]} xs @param {number[]} ys */
function moved(xs, ys) {
  const [x, y] = [Float64Array.from(xs), Float64Array.from(ys)];
  moveAside(
    x,
    y,
    Float64Array.from(xs, () => 1),
    2,
  );
  return [x, y].map((values) => Array.from(values, (value) => value + 0));
}

test("a path to the right and one to the left are both moved up", () => {
  assert.deepEqual(moved([0, 5, 9], [4, 4, 4]), [
    [0, 5, 9],
    [2, 2, 2],
  ]);
  assert.deepEqual(moved([9, 5, 0], [4, 4, 4]), [
    [9, 5, 0],
    [2, 2, 2],
  ]);
});

test("a path upwards and one downwards are both moved to the right", () => {
  assert.deepEqual(moved([3, 3], [0, 9])[0], [5, 5]);
  assert.deepEqual(moved([3, 3], [9, 0])[0], [5, 5]);
});

test("points in one place are moved up, and a single one is not", () => {
  assert.deepEqual(moved([1, 1], [7, 7])[1], [5, 5]);
  assert.deepEqual(moved([1], [7])[1], [7]);
});
