import assert from "node:assert/strict";
import { test } from "node:test";

import { placed, withPaths } from "../../../animator/player/page/placed.js";

test("only the first point of a relative path moves, all distances are scaled", () => {
  // (10, 20) to (13, 16.5), and from there to the start of another piece.
  const data = "m10 20l3-3.5zm-.5 1";
  assert.equal(placed(data, [2, 3, 4, 5]).replace(/ +/g, " "), "m 23 85l 6 -14zm -1 4");
});

test("a background has the data of its paths", () => {
  const texts = ["m1 2l3 4", "other"];
  const source = '<path d="@0"/><path d="@0 1 0 1 10"/><path d="m0 0"/><text>@0</text>';
  assert.equal(
    withPaths(source, texts).replace(/ +/g, " "),
    '<path d="m1 2l3 4"/><path d="m 1 12l 3 4"/><path d="m0 0"/><text>@0</text>',
  );
});
