import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock } from "../../../animator/player/page/clock.js";

const clock = new Clock(Float64Array.of(0, 0, 0, 0.5, 1, 2, 2), 10);

test("a time shows the step of its frame, or one between two frames", () => {
  assert.equal(clock.step(0), 0);
  assert.equal(clock.step(0.4), 1);
  assert.equal(clock.step(0.45), 1.5);
  assert.equal(clock.step(9), 2);
});

test("a step is shown first at its time", () => {
  for (const step of [0.25, 0.5, 1, 1.5, 2]) {
    assert.ok(Math.abs(clock.step(clock.time(step)) - step) < 1e-12);
  }
  assert.equal(clock.time(0), 0);
  assert.ok(Math.abs(clock.time(2) - 0.5) < 1e-12);
});

test("the clip lasts as long as its frames", () => {
  assert.ok(Math.abs(clock.duration - 0.7) < 1e-12);
});
