/**
 * Inflates the data of a page, and decodes its arrays when they are first needed.
 *
 * @import { ArrayInfo, Page } from "./document.js"
 */

import { unpredict } from "./predict.js";

/**
 * @typedef {Float32Array | Float64Array | Int8Array | Int16Array | Int32Array
 *   | Uint8Array | Uint16Array | Uint32Array} Numbers
 */

const TYPES = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
};

/** The arrays of a page. */
export class Arrays {
  /**
   * @param {ArrayInfo[]} infos
   * @param {Uint8Array} blob the bytes of all arrays
   */
  constructor(infos, blob) {
    this.infos = infos;
    this.blob = blob;
    /** @type {Map<number, Numbers>} */
    this.decoded = new Map();
  }

  /**
   * Return an array; each is decoded only once.
   *
   * @param {number} index
   * @returns {Numbers}
   */
  get(index) {
    let found = this.decoded.get(index);
    if (found === undefined) {
      found = decode(this.infos[index], this.blob);
      this.decoded.set(index, found);
    }
    return found;
  }

  /** @param {number} index @returns {number[]} */
  shape(index) {
    return this.infos[index].shape;
  }
}

/**
 * Inflate a page.
 *
 * @param {string} text gzip, as base64
 * @returns {Promise<{ page: Page, arrays: Arrays }>}
 */
export async function unpack(text) {
  const zipped = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([zipped]).stream();
  const inflated = stream.pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  /** @type {Page} */
  const page = JSON.parse(json);
  const blob = bytes.subarray(8 * Math.ceil((4 + length) / 8));
  return { page, arrays: new Arrays(page.arrays, blob) };
}

/**
 * Decode an array as described in `ArrayInfo`.
 *
 * @param {ArrayInfo} info
 * @param {Uint8Array} blob
 * @returns {Numbers}
 */
export function decode(info, blob) {
  const type = TYPES[info.dtype];
  const width = type.BYTES_PER_ELEMENT;
  const count = info.bytes / width;
  const planes = blob.subarray(info.offset, info.offset + info.bytes);
  const bytes = new Uint8Array(info.bytes);
  for (let plane = 0; plane < width; plane++) {
    for (let i = 0; i < count; i++) {
      bytes[i * width + plane] = planes[plane * count + i];
    }
  }
  if (info.predicted) {
    const words = split(bytes, width, count);
    unzigzag(words, width);
    return unpredict(words.low, info.shape[1]);
  }
  if (info.differences.length) {
    const words = split(bytes, width, count);
    unzigzag(words, width);
    for (const axis of [...info.differences].reverse()) {
      accumulate(words, info.shape, axis);
    }
    if (info.dtype[0] === "f") {
      unorder(words, width);
    }
    join(words, bytes, width, count);
  }
  return new type(bytes.buffer);
}

/** @typedef {{ low: Uint32Array, high: Uint32Array }} Words */

/**
 * Split integers of up to 8 bytes into two halves of 4 bytes.
 *
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} count
 * @returns {Words}
 */
function split(bytes, width, count) {
  const words = { low: new Uint32Array(count), high: new Uint32Array(count) };
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) {
      const half = byte < 4 ? words.low : words.high;
      half[i] |= bytes[i * width + byte] << (8 * (byte % 4));
    }
  }
  return words;
}

/**
 * @param {Words} words
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} count
 */
function join({ low, high }, bytes, width, count) {
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) {
      const half = byte < 4 ? low : high;
      bytes[i * width + byte] = half[i] >>> (8 * (byte % 4));
    }
  }
}

/**
 * @param {Words} words
 * @param {number} width
 */
function unzigzag({ low, high }, width) {
  for (let i = 0; i < low.length; i++) {
    const sign = -(low[i] & 1);
    const carried = width === 8 ? high[i] << 31 : 0;
    low[i] = ((low[i] >>> 1) | carried) ^ sign;
    high[i] = (high[i] >>> 1) ^ sign;
  }
}

/**
 * Replace numbers by their cumulative sums along an axis.
 *
 * @param {Words} words
 * @param {number[]} shape
 * @param {number} axis
 */
function accumulate({ low, high }, shape, axis) {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const block = inner * shape[axis];
  for (let i = 0; i < low.length; i++) {
    if (i % block >= inner) {
      const sum = low[i] + low[i - inner];
      high[i] += high[i - inner] + (sum > 0xffffffff ? 1 : 0);
      low[i] = sum;
    }
  }
}

/**
 * Map integers in the order of floats to the bits of these floats.
 *
 * @param {Words} words
 * @param {number} width
 */
function unorder({ low, high }, width) {
  for (let i = 0; i < low.length; i++) {
    if (width === 8 && high[i] >>> 31) {
      high[i] ^= 0x7fffffff;
      low[i] = ~low[i];
    } else if (width === 4 && low[i] >>> 31) {
      low[i] ^= 0x7fffffff;
    }
  }
}
