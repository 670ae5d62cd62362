/**
 * Draws the texts of an SVG on a canvas with the fonts of the page: an image of an SVG
 * does not wait for its own fonts.
 */

/**
 * Draw all texts of an SVG, which must be on the page.
 *
 * @param {CanvasRenderingContext2D} canvas with the units of the SVG
 * @param {SVGSVGElement} svg
 */
export function drawTexts(canvas, svg) {
  const toPicture = svg.getScreenCTM()?.inverse() ?? new DOMMatrix();
  for (const text of svg.querySelectorAll("text")) {
    const matrix = text.getScreenCTM();
    if (!matrix || getComputedStyle(text).display === "none") {
      continue;
    }
    const { a, b, c, d, e, f } = toPicture.multiply(matrix);
    canvas.save();
    canvas.transform(a, b, c, d, e, f);
    canvas.globalAlpha = opacityOf(text, svg);
    const parts = text.childElementCount ? [...text.children] : [text];
    let first = 0;
    for (const part of parts) {
      const words = part.textContent ?? "";
      if (words) {
        const start = text.getStartPositionOfChar(first);
        const last = text.getStartPositionOfChar(first + words.length - 1);
        drawWords(canvas, words, part, start, last);
      }
      first += words.length;
    }
    canvas.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} canvas
 * @param {string} words
 * @param {Element} part the element with their style
 * @param {DOMPoint} start where the first letter begins
 * @param {DOMPoint} last where the last letter begins
 */
function drawWords(canvas, words, part, start, last) {
  const { fontStyle, fontWeight, fontSize, fontFamily, fill } = getComputedStyle(part);
  canvas.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  canvas.fillStyle = fill;
  const width = Math.hypot(last.x - start.x, last.y - start.y);
  const missing = width - canvas.measureText(words.slice(0, -1)).width;
  canvas.letterSpacing = `${missing / Math.max(1, words.length - 1)}px`;
  canvas.fillText(words, start.x, start.y);
  canvas.letterSpacing = "0px";
}

/** @param {Element} node @param {Element} root */
function opacityOf(node, root) {
  let opacity = 1;
  for (let at = node; at !== root && at.parentElement; at = at.parentElement) {
    opacity *= Number(getComputedStyle(at).opacity);
  }
  return opacity;
}
