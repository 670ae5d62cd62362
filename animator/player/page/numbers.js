/** Formats numbers as in the clip (drawing/numbers.py). */

const DIGITS = 3;
const LARGE = 6;

/**
 * Format a number with significant digits, such as 0.503 or 3.42e-4.
 *
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function formatNumber(value, digits = DIGITS) {
  if (Number.isNaN(value)) {
    return "–";
  }
  const sign = value < 0 ? "−" : "";
  if (!Number.isFinite(value)) {
    return `${sign}∞`;
  }
  const size = Math.abs(value);
  const [mantissa, exponent] = scientific(size, digits - 1).split("e");
  const power = Number(exponent);
  if (size && !(power >= -3 && power < Math.max(LARGE, digits))) {
    return `${sign}${mantissa}e${power}`;
  }
  const decimals = size ? Math.max(digits - 1 - power, 0) : digits - 1;
  return `${sign}${fixed(size, decimals)}`;
}

/**
 * Format a float32 or a float64 with the fewest digits that represent it exactly.
 *
 * @param {number} value
 * @param {boolean} single whether it is a float32
 * @returns {string}
 */
export function exactNumber(value, single) {
  if (!single || !Number.isFinite(value)) {
    return String(value);
  }
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) {
      return String(Number(text));
    }
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * `toFixed`, but a tie is rounded to the even digit, as in Python.
 *
 * @param {number} size
 * @param {number} decimals
 * @returns {string}
 */
function fixed(size, decimals) {
  const text = size.toFixed(decimals);
  const long = size.toFixed(Math.min(decimals + 60, 100));
  return isTie(long, text.length + (decimals ? 0 : 1))
    ? evenOf(text, long.slice(0, text.length))
    : text;
}

/**
 * `toExponential`, but a tie is rounded to the even digit, as in Python.
 *
 * @param {number} size
 * @param {number} decimals
 * @returns {string}
 */
function scientific(size, decimals) {
  const text = size.toExponential(decimals);
  const long = size.toExponential(Math.min(decimals + 60, 100));
  const [digits, power] = long.split("e");
  const end = decimals ? decimals + 2 : 1;
  return isTie(digits, end + (decimals ? 0 : 1))
    ? `${evenOf(text.split("e")[0], digits.slice(0, end))}e${power}`
    : text;
}

/**
 * Return whether the digits from a position on are exactly a half.
 *
 * @param {string} digits
 * @param {number} place
 * @returns {boolean}
 */
function isTie(digits, place) {
  return /^50*$/.test(digits.slice(place));
}

/**
 * Return the number that ends in an even digit: rounded up, or cut off.
 *
 * @param {string} up
 * @param {string} down
 * @returns {string}
 */
function evenOf(up, down) {
  return Number(up.at(-1)) % 2 ? down : up;
}
