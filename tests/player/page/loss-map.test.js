import assert from "node:assert/strict";
import { test } from "node:test";

import { dataAt, xOf, yOf } from "../../../animator/player/page/axes.js";
import { Grid } from "../../../animator/player/page/loss-map.js";

/** @type {any} */
const arrays = {
  /** @param {number} index */
  get: (index) =>
    [
      Float64Array.of(0, 1, 2, 10, 11, NaN),
      Float64Array.of(0, 1, 2),
      Float64Array.of(5, 7),
    ][index],
};
/** @type {any} */
const map = { loss: 0, x: 1, y: 2 };

test("the loss is exact on the grid, and bilinear between its points", () => {
  const grid = new Grid(map, arrays);
  assert.equal(grid.at(1, 7), 11);
  assert.equal(grid.at(0.5, 5), 0.5);
  assert.equal(grid.at(0.5, 6), 5.5);
});

test("there is no loss outside, and none beside a point that has none", () => {
  const grid = new Grid(map, arrays);
  assert.ok(Number.isNaN(grid.at(3, 6)));
  assert.ok(Number.isNaN(grid.at(1.5, 6)));
  assert.equal(grid.at(2, 5), 2);
});

test("places and data coordinates are each other's inverse on both scales", () => {
  for (const scale of /** @type {const} */ (["linear", "log"])) {
    /** @type {any} */
    const panel = {
      box: [10, 20, 110, 70],
      x: { scale: "linear", limits: [-1, 1] },
      y: { scale, limits: [0.01, 100] },
    };
    const [x, y] = dataAt(panel, 35, 45);
    assert.equal(x, -0.5);
    assert.ok(Math.abs(y - (scale === "log" ? 1 : 50.005)) < 1e-9);
    assert.ok(Math.abs(xOf(panel, x) - 35) < 1e-9);
    assert.ok(Math.abs(yOf(panel, y) - 45) < 1e-9);
  }
});
