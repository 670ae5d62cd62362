/**
 * Predicts each value of a table from those before it, as prediction.py does.
 */

/** Each rule is a weighted sum of values at offsets (row, column). */
const RULES = [
  [[0, -1, 1]],
  [[-1, 0, 1]],
  [
    [0, -1, 2],
    [0, -2, -1],
  ],
  [
    [-1, 0, 2],
    [-2, 0, -1],
  ],
  [
    [0, -1, 1],
    [-1, 0, 1],
    [-1, -1, -1],
  ],
  [
    [0, -1, 3],
    [0, -2, -3],
    [0, -3, 1],
  ],
  [
    [-1, 0, 3],
    [-2, 0, -3],
    [-3, 0, 1],
  ],
];

/** The offsets (row, column) of the neighbours that decide which rule is best. */
const NEIGHBORS = [
  [0, -1],
  [-1, 0],
  [-1, -1],
  [-1, 1],
];

/**
 * Return the values of a table from the differences to their predictions.
 *
 * @param {Uint32Array} left the differences, row by row
 * @param {number} width
 * @returns {Float32Array}
 */
export function unpredict(left, width) {
  const values = new Float32Array(left.length);
  const bits = new Int32Array(values.buffer);
  const errors = RULES.map(() => new Float64Array(left.length));
  const one = new Float32Array(1);
  const oneBits = new Int32Array(one.buffer);
  const guesses = new Float64Array(RULES.length);
  for (let at = 0; at < left.length; at++) {
    const column = at % width;
    const row = (at - column) / width;
    let best = 0;
    let least = NaN;
    for (let rule = 0; rule < RULES.length; rule++) {
      guesses[rule] = guess(values, RULES[rule], row, column, width);
      const cost = Number.isNaN(guesses[rule])
        ? Infinity
        : costOf(errors[rule], row, column, width);
      if (!(cost >= least)) {
        least = cost;
        best = rule;
      }
    }
    one[0] = Number.isNaN(guesses[best]) ? 0 : guesses[best];
    bits[at] = flipped((left[at] + flipped(oneBits[0])) | 0);
    for (let rule = 0; rule < RULES.length; rule++) {
      const error = Math.abs(guesses[rule] - values[at]);
      errors[rule][at] = Number.isNaN(error) ? Infinity : error;
    }
  }
  return values;
}

/**
 * Return the prediction of a rule; NaN where it leaves the table.
 *
 * @param {Float32Array} values
 * @param {number[][]} rule
 * @param {number} row
 * @param {number} column
 * @param {number} width
 */
function guess(values, rule, row, column, width) {
  let total = 0;
  for (const [up, along, weight] of rule) {
    if (row + up < 0 || column + along < 0) {
      return NaN;
    }
    total += weight * values[(row + up) * width + column + along];
  }
  return total;
}

/**
 * Return the error of a rule for the neighbours of a value.
 *
 * @param {Float64Array} errors
 * @param {number} row
 * @param {number} column
 * @param {number} width
 */
function costOf(errors, row, column, width) {
  let total = 0;
  for (const [up, along] of NEIGHBORS) {
    const y = row + up;
    const x = column + along;
    if (y >= 0 && x >= 0 && x < width) {
      total += errors[y * width + x];
    }
  }
  return total;
}

/**
 * Map the bits of a float to an integer of the same order, or back.
 *
 * @param {number} bits
 */
function flipped(bits) {
  return bits < 0 ? bits ^ 0x7fffffff : bits;
}
