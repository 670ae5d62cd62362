import assert from "node:assert/strict";
import { test } from "node:test";

import { TextLine } from "../../../animator/player/page/texts.js";

test("a text that is never shown is empty", () => {
  const item = { text: { constant: -1 } };
  const line = Object.assign(Object.create(TextLine.prototype), {
    item,
    texts: ["loss"],
  });
  assert.equal(line.textAt(3), "");
  item.text.constant = 0;
  assert.equal(line.textAt(3), "loss");
});
