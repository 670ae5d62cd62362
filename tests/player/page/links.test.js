import assert from "node:assert/strict";
import { test } from "node:test";

import { changeOf, fragmentOf } from "../../../animator/player/page/links.js";

/** @type {any} */
const page = {
  sliders: [
    { name: "momentum", label: "β", values: ["0", "0.5", "0.9"], start: 1 },
    { name: "lr", label: "lr", values: ["0.01", "0.1"], start: 0 },
  ],
};

/** @param {string} text */
function read(text) {
  return changeOf(new URLSearchParams(text), page);
}

test("a link to a step pauses there", () => {
  assert.deepEqual(read("step=12"), { step: 12, playing: false });
  assert.deepEqual(read("step=12&autoplay=1"), { step: 12, playing: false });
});

test("what is not valid is left out", () => {
  assert.deepEqual(read("step=-1&speed=0&theme=red"), {});
  assert.deepEqual(read("step=x&speed=fast&step=&hello"), {});
});

test("options have short values", () => {
  const asked = read("speed=2&loop=no&autoplay=0&theme=dark");
  assert.deepEqual(asked, {
    speed: 2,
    loop: false,
    times: 0,
    playing: false,
    theme: "dark",
  });
});

test("a loop is played for ever, once, or some times", () => {
  assert.deepEqual(read("loop=0"), { loop: true, times: 0 });
  assert.deepEqual(read("loop=yes"), { loop: true, times: 0 });
  assert.equal(read("loop=1").loop, false);
  assert.deepEqual(read("loop=3"), { loop: true, times: 3 });
});

test("the nearest value of a slider is chosen, others keep their start", () => {
  assert.deepEqual(read("momentum=0.9").chosen, [2, 0]);
  assert.deepEqual(read("momentum=0.88&lr=7").chosen, [2, 1]);
  assert.deepEqual(read("momentum=x").chosen, [1, 0]);
});

test("a link leads to what is shown", () => {
  const state = {
    step: 11.7,
    hidden: new Set(["a & b"]),
    theme: "auto",
    chosen: [2, 1],
  };
  /** @type {any} */
  const player = { page, state };
  const fragment = fragmentOf(player, "");
  assert.equal(fragment, "momentum=0.9&lr=0.1&step=12&hide=a+%26+b");
  const again = read(fragment);
  assert.deepEqual(again.chosen, [2, 1]);
  assert.deepEqual([...(again.hidden ?? [])], ["a & b"]);
  assert.equal(fragmentOf(player, "one.").split("&")[0], "one.momentum=0.9");
});
