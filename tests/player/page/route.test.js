import assert from "node:assert/strict";
import { test } from "node:test";

import { Route } from "../../../animator/player/page/route.js";

const none = new Map();

test("steps less than half a pixel apart share a vertex", () => {
  const x = Float64Array.of(0, 0.2, 0.4, 0.6, 10);
  const route = new Route(x, new Float64Array(5), none, 1, 1);
  assert.deepEqual(route.kept, [0, 3, 4]);
  assert.deepEqual([...route.vertex], [0, 0, 0, 1, 2]);
  assert.deepEqual(route.lengths, [0, 0.6, 10]);
});

test("on a screen with more pixels fewer steps share a vertex", () => {
  const x = Float64Array.of(0, 0.2, 0.4, 0.6, 10);
  const route = new Route(x, new Float64Array(5), none, 1, 4);
  assert.deepEqual(route.kept, [0, 1, 2, 3, 4]);
});

test("pieces are settled a radius behind the newest vertex", () => {
  const x = Float64Array.of(0, 1, 2, 3, 4);
  const route = new Route(x, new Float64Array(5), none, 2, 1);
  assert.deepEqual([...route.settled], [0, 0, 1, 2, 3]);
});

test("no stroke leads over a gap, and the marker is on no line there", () => {
  const x = Float64Array.of(0, 5, 10, 15);
  const route = new Route(x, new Float64Array(4), new Map([[1, -1]]), 1, 1);
  assert.deepEqual(route.kept, [0, 2, 3]);
  assert.equal(route.behind(1), 1);
  assert.equal(route.behind(2), 1);
  assert.deepEqual(
    [0, 0.5, 1, 1.5, 2, 3].map((step) => route.isDrawn(step)),
    [true, false, false, false, true, true],
  );
});

test("the marker glides between steps, and stays at the end", () => {
  const route = new Route(Float64Array.of(0, 4), Float64Array.of(0, 8), none, 1, 1);
  assert.deepEqual(route.at(0.25), [1, 2]);
  assert.deepEqual(route.at(7), [4, 8]);
});

test("a vertex knows how far it is from the one before, if a stroke leads there", () => {
  const x = Float64Array.of(0, 5, 10, 16);
  const route = new Route(x, new Float64Array(4), new Map([[1, -1]]), 1, 1);
  assert.deepEqual(
    [0, 1, 2].map((vertex) => route.gap(vertex)),
    [Infinity, Infinity, 6],
  );
});
