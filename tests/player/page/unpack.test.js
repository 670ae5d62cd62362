import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../../animator/player/page/unpack.js";

/**
 * Store whole numbers as the writer does: differences, zigzag, planes.
 *
 * @param {bigint[]} ordered
 * @param {number} width
 * @param {number[][]} neighbours for each difference, the place before each value; -1
 */
function store(ordered, width, neighbours) {
  const bits = BigInt(8 * width);
  let values = ordered;
  for (const before of neighbours) {
    const old = values;
    values = old.map((value, i) => value - (before[i] < 0 ? 0n : old[before[i]]));
  }
  const bytes = new Uint8Array(width * values.length);
  values.forEach((value, i) => {
    const signed = BigInt.asIntN(Number(bits), value);
    const zigzag = BigInt.asUintN(
      Number(bits),
      (signed << 1n) ^ (signed >> (bits - 1n)),
    );
    for (let byte = 0; byte < width; byte++) {
      const digit = (zigzag >> BigInt(8 * byte)) & 255n;
      bytes[byte * values.length + i] = Number(digit);
    }
  });
  return bytes;
}

/** @param {bigint} bits @param {number} width */
function orderOf(bits, width) {
  const signed = BigInt.asIntN(8 * width, bits);
  return signed >= 0n ? signed : signed ^ ((1n << BigInt(8 * width - 1)) - 1n);
}

test("float64 with differences along both axes come back to the bit", () => {
  const values = Float64Array.of(1.5, -2.25, 1e300, -0.1, 0, -1e-310, 7, Infinity);
  const bits = [...new BigUint64Array(values.buffer)].map((one) => orderOf(one, 8));
  const across = bits.map((_, i) => (i % 4 ? i - 1 : -1));
  const down = bits.map((_, i) => (i < 4 ? -1 : i - 4));
  const blob = store(bits, 8, [down, across]);
  const info = { shape: [2, 4], offset: 0, bytes: 64, differences: [0, 1] };
  const found = decode({ dtype: "f8", ...info }, blob);
  assert.deepEqual(found, values);
});

test("float32 with differences come back to the bit", () => {
  const values = Float32Array.of(3, -1, 0.1, NaN, -Infinity, 1e-42);
  const bits = [...new Uint32Array(values.buffer)].map((one) =>
    orderOf(BigInt(one), 4),
  );
  const before = bits.map((_, i) => i - 1);
  const blob = store(bits, 4, [before]);
  const info = { shape: [6], offset: 0, bytes: 24, differences: [0] };
  assert.deepEqual(decode({ dtype: "f4", ...info }, blob), values);
});

test("whole numbers without differences are planes of bytes", () => {
  const blob = Uint8Array.of(9, 1, 2, 3, 0, 0, 1);
  const info = { shape: [3], offset: 1, bytes: 6, differences: [] };
  const found = decode({ dtype: "u2", ...info }, blob);
  assert.deepEqual([...found], [1, 2, 259]);
});
