/**
 * The images of a page, which are decoded when they are first needed.
 *
 * @import { Arrays } from "./unpack.js"
 */

/** The encoded images among the arrays of a page. */
export class Images {
  /**
   * @param {Arrays} arrays
   * @param {() => void} onReady called when requested images have been decoded
   */
  constructor(arrays, onReady) {
    this.arrays = arrays;
    this.onReady = onReady;
    /** @type {Map<number, ImageBitmap | null>} null while it is decoded */
    this.decoded = new Map();
    this.waiting = 0;
  }

  /**
   * Return an image, or null if it is not decoded yet.
   *
   * @param {number} index
   * @returns {ImageBitmap | null}
   */
  get(index) {
    const found = this.decoded.get(index);
    if (found === undefined) {
      this.decoded.set(index, null);
      this.waiting++;
      void this.decode(index);
    }
    return found ?? null;
  }

  /** @param {number} index */
  async decode(index) {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (this.arrays.get(index));
    const blob = new Blob([bytes], { type: "image/png" });
    this.decoded.set(index, await createImageBitmap(blob));
    this.waiting--;
    if (!this.waiting) {
      this.onReady();
    }
  }
}
