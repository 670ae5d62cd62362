/**
 * Links to a state of a player: `#step=12&hide=plain&momentum=0.9`.
 *
 * @import { Page } from "./document.js"
 * @import { Change, ThemeChoice, Player } from "./player.js"
 */

/**
 * Return the state that a link or attributes describe; invalid values are left out.
 *
 * @param {URLSearchParams} params
 * @param {Page} page
 * @returns {Change}
 */
export function changeOf(params, page) {
  /** @type {Change} */
  const change = {};
  const step = numberOf(params.get("step"));
  if (step !== null && step >= 0) {
    change.step = step;
    change.playing = false;
  }
  const speed = numberOf(params.get("speed"));
  if (speed !== null && speed > 0 && speed <= 100) {
    change.speed = speed;
  }
  const autoplay = params.get("autoplay");
  if (autoplay !== null && change.step === undefined) {
    change.playing = !isNo(autoplay) && autoplay !== "0";
  }
  const loop = params.get("loop");
  if (loop !== null) {
    const times = numberOf(loop) ?? 0;
    change.loop = !isNo(loop) && times !== 1;
    change.times = Math.max(0, Math.floor(times));
  }
  const theme = params.get("theme");
  if (theme === "light" || theme === "dark" || theme === "auto") {
    change.theme = /** @type {ThemeChoice} */ (theme);
  }
  if (params.has("hide")) {
    change.hidden = new Set(params.getAll("hide"));
  }
  const chosen = chosenOf(params, page);
  return chosen ? { ...change, chosen } : change;
}

/** @param {string} text */
export function isNo(text) {
  return ["no", "off", "false"].includes(text);
}

/**
 * Return the sliders' values in a link; of numbers, the nearest available values.
 *
 * @param {URLSearchParams} params
 * @param {Page} page
 */
function chosenOf(params, page) {
  const { sliders } = page;
  if (!sliders.some(({ name }) => params.has(name))) {
    return null;
  }
  return sliders.map(({ name, values, start }) => {
    const text = params.get(name);
    const exact = text === null ? start : values.indexOf(text);
    return exact >= 0 ? exact : nearest(values.map(Number), Number(text), start);
  });
}

/**
 * @param {number[]} values
 * @param {number} value
 * @param {number} start
 */
function nearest(values, value, start) {
  const away = values.map((each) => Math.abs(each - value));
  const index = away.indexOf(Math.min(...away));
  return index < 0 ? start : index;
}

/** @param {string | null} text */
function numberOf(text) {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * Return the part of a link after the `#` for the current state of a player.
 *
 * @param {Player} player
 * @param {string} prefix the prefix of the names
 */
export function fragmentOf(player, prefix) {
  const { page, state } = player;
  const params = new URLSearchParams();
  page.sliders.forEach(({ name, values }, index) =>
    params.set(prefix + name, values[state.chosen[index]]),
  );
  params.set(`${prefix}step`, String(Math.round(state.step)));
  for (const label of state.hidden) {
    params.append(`${prefix}hide`, label);
  }
  if (state.theme !== "auto") {
    params.set(`${prefix}theme`, state.theme);
  }
  return params.toString();
}

/**
 * Return the parameters in the `#` part of this page's address.
 *
 * @param {string} prefix the prefix of their names
 */
export function fragmentParams(prefix) {
  const all = new URLSearchParams(location.hash.slice(1));
  const own = [...all].filter(([name]) => name.startsWith(prefix));
  return new URLSearchParams(
    own.map(([name, text]) => [name.slice(prefix.length), text]),
  );
}
