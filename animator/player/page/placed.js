/** Puts long paths, which are stored once, where a background has them. */

/**
 * Return a background with the data of its paths.
 *
 * @param {string} source an SVG with references, as `document.d.ts` describes them
 * @param {string[]} texts
 */
export function withPaths(source, texts) {
  return source.replace(/ d="@(\d+)([^"]*)"/g, (_, index, moves) => {
    const data = texts[index];
    return ` d="${moves ? placed(data, moves.trim().split(" ").map(Number)) : data}"`;
  });
}

/**
 * Scale and move a path whose commands are relative: only its first point moves.
 *
 * @param {string} data
 * @param {number[]} moves
 */
export function placed(data, [width, left, height, top]) {
  let count = 0;
  return data.replace(/-?\d*\.?\d+/g, (text) => {
    const isFirst = count < 2;
    const isX = count++ % 2 === 0;
    const value = Number(text) * (isX ? width : height);
    const away = isX ? left : top;
    return ` ${Math.round(100 * (isFirst ? value + away : value)) / 100}`;
  });
}
