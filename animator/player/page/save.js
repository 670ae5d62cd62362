/**
 * Saves the frame of a player as PNG, and its numbers as CSV.
 *
 * @import { Player } from "./player.js"
 * @import { Arrays } from "./unpack.js"
 */

import { Background } from "./background.js";
import { drawTexts } from "./svg-texts.js";
import { exactNumber } from "./numbers.js";
import { MapImages } from "./map-images.js";
import { makeLayers, Picture } from "./picture.js";

/** Pixels of a saved frame per pixel of the figure. */
const ZOOM = 2;

/**
 * Return the frame that is shown as a PNG, with twice the pixels of the clip's.
 *
 * @param {Player} player
 * @returns {Promise<Blob>}
 */
export async function framePng(player) {
  const { arrays, page, images, scene, state } = player;
  const background = new Background(scene, page.texts, new MapImages(arrays));
  const layers = makeLayers();
  const picture = new Picture(scene, arrays, page.texts, images, background, layers);
  picture.resize(ZOOM * scene.size[0]);
  picture.hide(player.hiddenSettings());
  picture.draw(state.step);
  const { width, height } = picture.moving;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (scene.theme.background) {
    context.fillStyle = scene.theme.background;
    context.fillRect(0, 0, width, height);
  }
  const copy = picture.background.copy();
  context.drawImage(await svgImage(copy, width, height), 0, 0);
  const shown = player.picture;
  context.scale(picture.scale, picture.scale);
  drawTexts(context, shown.background.svg);
  for (const layer of [picture.growing.node, picture.moving]) {
    context.drawImage(layer, 0, 0, scene.size[0], scene.size[1]);
  }
  drawTexts(context, shown.texts);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG")))),
  );
}

/**
 * Return an image of an SVG without its texts.
 *
 * @param {SVGSVGElement} svg
 * @param {number} width
 * @param {number} height
 */
async function svgImage(svg, width, height) {
  for (const text of svg.querySelectorAll("text")) {
    text.remove();
  }
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  const text = new XMLSerializer().serializeToString(svg);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return image;
}

/**
 * Return the numbers of a document as a table: one row for each trajectory and step.
 *
 * @param {Player} player
 */
export function dataCsv({ scene, arrays }) {
  const drawn = unique(scene.experiments.flatMap(({ x, y }) => [x, y]));
  const logged = unique(scene.series.flatMap(({ metrics }) => Object.keys(metrics)));
  const slopes = drawn.map((name) => `gradient of ${name}`);
  const first = ["problem", "optimizer", "seed", "step", "loss"];
  const rows = [[...first, ...drawn, ...slopes, "lr", ...logged]];
  for (const series of scene.series) {
    const { label, x, y } = scene.experiments[series.experiment];
    const params = columnOf(arrays, series.params);
    const gradient = columnOf(arrays, series.gradient);
    const loss = columnOf(arrays, series.loss);
    const lr = columnOf(arrays, series.lr);
    const metrics = logged.map((name) =>
      columnOf(arrays, series.metrics[name] ?? null),
    );
    const setting = scene.settings[series.setting].label;
    const seed = series.seed === null ? "" : String(series.seed);
    const places = drawn.map((name) => [x, y].indexOf(name));
    for (let step = 0; step < arrays.get(series.loss).length; step++) {
      const pair = (/** @type {(i: number) => string} */ read) =>
        places.map((place) => (place < 0 ? "" : read(2 * step + place)));
      const numbers = [...pair(params), ...pair(gradient), lr(step)];
      const measured = metrics.map((read) => read(step));
      rows.push([
        ...[label, setting, seed, String(step), loss(step)],
        ...numbers,
        ...measured,
      ]);
    }
  }
  return rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}

/**
 * Return a function that formats a number of an array; "" for an unknown number.
 *
 * @param {Arrays} arrays
 * @param {number | null} index
 * @returns {(at: number) => string}
 */
function columnOf(arrays, index) {
  if (index === null) {
    return () => "";
  }
  const values = arrays.get(index);
  const isSingle = values instanceof Float32Array;
  return (at) => {
    const value = values[at];
    return value === undefined || Number.isNaN(value)
      ? ""
      : exactNumber(value, isSingle);
  };
}

/** @param {string[]} names */
function unique(names) {
  return [...new Set(names)];
}

/** @param {string} text */
function field(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Offer a file to the reader.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Return a title as the name of a file.
 *
 * @param {string} title
 */
export function fileName(title) {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu);
  return words ? words.join("-") : "frame";
}
