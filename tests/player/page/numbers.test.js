import assert from "node:assert/strict";
import { test } from "node:test";

import { exactNumber, formatNumber } from "../../../animator/player/page/numbers.js";

// What Python's own formatting gives, by the rule of drawing/numbers.py.
const WRITTEN = [
  [0.503, 3, "0.503"],
  [0.000342, 3, "3.42e-4"],
  [0.001, 3, "0.00100"],
  [123456, 3, "123456"],
  [1234567, 3, "1.23e6"],
  [1234567, 7, "1234567"],
  [-2.5, 2, "−2.5"],
  [0, 3, "0.00"],
  [NaN, 3, "–"],
  [Infinity, 3, "∞"],
  [-Infinity, 3, "−∞"],
  [1.125, 3, "1.12"],
  [1.375, 3, "1.38"],
  [2.5, 1, "2"],
  [0.15, 1, "0.1"],
  [0.00001125, 3, "1.13e-5"],
];

for (const [value, digits, text] of WRITTEN) {
  test(`${value} with ${digits} digits is ${text}`, () => {
    assert.equal(formatNumber(Number(value), Number(digits)), text);
  });
}

test("numbers in a table are read back to the bit", () => {
  let seed = 1;
  for (let i = 0; i < 2000; i++) {
    seed = (seed * 16807) % 2147483647;
    const value = Math.fround((seed / 2147483647 - 0.5) * 10 ** ((seed % 60) - 30));
    assert.equal(Math.fround(Number(exactNumber(value, true))), value);
  }
  assert.equal(exactNumber(Math.fround(0.1), true), "0.1");
  assert.equal(exactNumber(0.1, false), "0.1");
});
