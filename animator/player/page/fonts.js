/**
 * Loads the fonts that a page contains.
 *
 * @import { Font } from "./document.js"
 * @import { Arrays } from "./unpack.js"
 */

/**
 * Load the fonts of a page into the browser.
 *
 * @param {Font[]} fonts
 * @param {Arrays} arrays
 */
export async function loadFonts(fonts, arrays) {
  const faces = fonts.map(({ family, weight, style, unicodeRange, data }) => {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (arrays.get(data));
    const range = unicodeRange ? { unicodeRange } : {};
    return new FontFace(family, bytes, { weight, style, ...range });
  });
  for (const face of faces) {
    document.fonts.add(face);
  }
  await Promise.allSettled(faces.map((face) => face.load()));
}
