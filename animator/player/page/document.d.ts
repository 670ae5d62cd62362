// The data of a page, which `animator/player` writes and the page reads.
//
// A page is one gzip stream, written as base64. It inflates to
//   4 bytes   length of the JSON in bytes, little-endian
//   JSON      a `Page`, UTF-8
//   padding   zero bytes up to the next multiple of 8
//   blob      the bytes of all arrays one after another, each at its `offset`
//
// Lengths and places are in pixels of the figure, `Document.size`, from its upper left
// corner, y downwards; the page scales all of them by one factor. Colours are CSS:
// "#rrggbb" or "#rrggbbaa". Steps are numbered from 0.

/** The index of an array in `Page.arrays`. */
export type ArrayRef = number;
/** The index of a text in `Page.texts`. */
export type TextRef = number;
/** The index of a setting in `Document.settings`; null: of no setting in particular. */
export type Owner = number | null;
/** left, top, right, bottom in pixels. */
export type Box = [number, number, number, number];

export interface Page {
  version: 1;
  /** The layouts first, then the themes: with n documents of each theme, document i of
   * theme t in layout l is `(l * themes + t) * n + i`. */
  documents: Document[];
  /** 1, or 2 if there is a layout for narrow screens, the second one. */
  layouts: number;
  /** The names of the themes, one or two; with two the first is light, the second dark. */
  themes: string[];
  /** Sliders; the documents of a theme are in row-major order over their values. */
  sliders: Slider[];
  arrays: ArrayInfo[];
  texts: string[];
  fonts: Font[];
}

export interface Slider {
  /** The name of the hyperparameter, as in the URL: `momentum`. */
  name: string;
  /** The name that readers see: `β`. */
  label: string;
  /** The values as texts, as readers see them and as the URL has them. */
  values: string[];
  /** The index of the value that is shown first. */
  start: number;
  /** The positions on the map, if the slider is dragged there. */
  places?: [number, number][];
}

/**
 * An array. It is decoded in these steps:
 *   1. planes: byte p of value i is at `offset + p * count + i` (so that all lowest bytes
 *      come first, little-endian). This holds for every array, also if there is no
 *      difference.
 *   2. zigzag, only if `differences` is not empty: u -> (u >>> 1) ^ -(u & 1), as a signed
 *      integer of the type's width.
 *   3. for each axis of `differences`, from the last to the first: cumulative sums along
 *      that axis, modulo 2**bits.
 *   4. floats, only if `differences` is not empty: the signed integer i becomes the bits
 *      of a float: i >= 0 ? i : i ^ 0x7fffffff (or 0x7fff_ffff_ffff_ffff).
 * "u1" with no differences is just its bytes.
 *
 * A table of "f4" may be `predicted` (prediction.py): after 1 and 2, each integer is the
 * difference between a value and its prediction, both mapped to integers as in 4, modulo
 * 2**32. Values come row by row.
 */
export interface ArrayInfo {
  dtype: "f4" | "f8" | "i1" | "i2" | "i4" | "u1" | "u2" | "u4";
  /** Row-major. */
  shape: number[];
  offset: number;
  /** The length in the blob. */
  bytes: number;
  differences: number[];
  predicted?: true;
}

export interface Font {
  family: string;
  weight: string;
  style: string;
  /** As in CSS: "U+20-7e,U+3b2". Faces of one family complement each other. */
  unicodeRange: string;
  /** u1: a WOFF file. */
  data: ArrayRef;
}

export interface Document {
  theme: Theme;
  /** The figure: its width and height in CSS pixels at scale 1. */
  size: [number, number];
  /** How large the smallest type is, in pixels. */
  type: number;
  title: string;
  /** The number of the last step. */
  steps: number;
  /** Frames per second of the clip. */
  fps: number;
  /** (frames,): the step that each frame of the clip shows, not always a whole number. */
  stepAt: ArrayRef;
  /** The captions, each from a step on; step 0 first. The texts are drawn by
   * items; these are for marks on the scrubber and for screen readers. */
  captions: { step: number; text: string }[];
  /** Joined, an SVG of the figure (its viewBox is in pixels), with text as text, without
   * the background's colour, and without what grows or moves. Its ids begin with "an".
   * The data of a long path may be `@12`: those that are text 12, whose commands are
   * relative. With `@12 2 3 4 5`, x is 2 * x + 3 there, and y is 4 * y + 5. */
  background: TextRef[];
  /** The names of settings, each once: settings of several experiments that share a label
   * are one, and are hidden together. */
  settings: Setting[];
  experiments: Experiment[];
  /** The trajectories: of each experiment, of each of its settings, of each seed. */
  series: Series[];
  panels: Panel[];
  /** The items, which are drawn above the background, the first one lowest. */
  items: Item[];
}

export interface Theme {
  name: string;
  dark: boolean;
  /** null: transparent. */
  background: string | null;
  text: string;
  muted: string;
  frame: string;
  /** Of marks and focus rings: the colour of the first setting. */
  accent: string;
  /** A CSS font-family list. */
  font: string;
}

export interface Setting {
  label: string;
  color: string;
  /** The ids of the SVG's groups that are its names in the key (dot and label). */
  keys: string[];
  /** The ids of other groups of the SVG that belong to it and are hidden with it. */
  groups: string[];
}

export interface Experiment {
  /** The problem's name. */
  label: string;
  /** The names of the two drawn parameters, plain text. */
  x: string;
  y: string;
  /** Significant digits of its losses. */
  digits: number;
}

export interface Series {
  setting: number;
  experiment: number;
  /** The outcome, at `step`. */
  outcome: { diverged: boolean; step: number };
  /** The seed of its random numbers; null if it was recorded elsewhere. */
  seed: number | null;
  /** (steps + 1, 2): the two drawn parameters, as recorded. NaN after a divergence. */
  params: ArrayRef;
  /** (steps + 1,) */
  loss: ArrayRef;
  /** (steps + 1, 2); null if none is known. */
  gradient: ArrayRef | null;
  /** (steps + 1,): the learning rate; null if there is none. */
  lr: ArrayRef | null;
  /** Other logged series, each (steps + 1,), NaN where nothing was logged. */
  metrics: Record<string, ArrayRef>;
}

export interface Axis {
  /** The name, plain text. */
  label: string;
  /** "other" is a scale that only items can use; the page cannot convert places. */
  scale: "linear" | "log" | "other";
  /** The values at the left and at the right, or at the bottom and at the top. */
  limits: [number, number];
}

export interface Panel {
  box: Box;
  /** The class of the panel: "Heatmap", "LossCurve", ... or a user's own. */
  kind: string;
  /** The indices of the experiments that it shows. */
  experiments: number[];
  /** What the axes show: "map": the two drawn parameters; "steps": x is the step;
   * "other": something else, nothing can be pointed at. */
  shows: "map" | "steps" | "other";
  x: Axis;
  y: Axis;
  map: LossMap | null;
}

/**
 * The loss on a grid. The SVG has an `<image id="...">` of the panel's box at the place
 * of the map in the order of drawing; the page fills it: at each of its pixels it
 * interpolates the loss bilinearly (grid points are exact; a place is the data
 * coordinates of the panel's axes), and colours it.
 */
export interface LossMap {
  /** (H, W): loss[i, j] is at (x[j], y[i]). */
  loss: ArrayRef;
  /** (W,) and (H,), ascending. */
  x: ArrayRef;
  y: ArrayRef;
  /** The `id` of the SVG's image; null if the map has no colours (lines only, bands, or a
   * landscape): then it is only for hovering. */
  image: string | null;
  /** (N - 1,) f8, ascending: colour i holds for bounds[i - 1] <= loss < bounds[i]. */
  bounds: ArrayRef | null;
  /** (N, 4) u1: colours as red, green, blue, alpha. */
  colors: ArrayRef | null;
}

export type Item = Trails | Tip | Text | Ops;

interface AnyItem {
  /** The panel that clips it; null: the whole figure, nothing clips it. */
  panel: number | null;
  owner: Owner;
}

/** The trails of a panel: all paths or curves of its axes (drawing/trail.py, Trails).
 * Step after step, in each step the bands, then the trails, in their order. */
export interface Trails extends AnyItem {
  kind: "trails";
  trails: Trail[];
  bands: Band[];
  pens: Pens;
}

/** Sizes (pixels) and colours of a theme that all trails of an axes share. */
export interface Pens {
  casing: string;
  shade: string;
  stepMark: "dot" | "cross";
}

/**
 * A path, as `Trail` in drawing/polyline.py has it. `x` and `y` are the raw values: NaN
 * before it begins, NaN ends it; on curves an infinite `y` is a gap at that end.
 * Lengths are in pixels.
 */
export interface Trail {
  owner: Owner;
  /** The index of its trajectory in `Document.series`; null if it is of several, or of
   * something else. */
  series: number | null;
  /** In data coordinates of the panel, (steps + 1,); null: the number of the step. */
  x: ArrayRef | null;
  y: ArrayRef;
  /** (steps + 1, 2) instead of x and y: both coordinates; then `y` is the same index and
   * x is null. */
  points: ArrayRef | null;
  isCurve: boolean;
  isDashed: boolean;
  color: string;
  lineColor: string;
  casingColor: string;
  alpha: number;
  /** Widths: of the line behind the newest steps, its dots, its casing. */
  width: number;
  dot: number;
  casing: number;
  /** theme.line_width of this trail. */
  lineWidth: number;
  /** In widths of the line; 0: no dashes. */
  dash: number;
  hasDots: boolean;
  hasMarks: boolean;
  markSize: number;
  events: number[];
  /** Diameters: the marker, and the additional diameters of rim and shade. */
  marker: number;
  rim: number;
  shade: number;
  /** The newest steps that are bright and wide; 0: none. */
  comet: number;
  /** (steps + 1,): the offset of each step to the side, in widths of the line
   * (drawing/offsets.py, moved_aside); null: not at all. */
  offsets: ArrayRef | null;
}

/** drawing/band.py; not at the steps at which an end is NaN. */
export interface Band {
  owner: Owner;
  low: ArrayRef;
  high: ArrayRef;
  /** With its opacity. */
  color: string;
}

/** The moving part of a trail (drawing/trail.py, Tip): its newest steps, or the marker.
 * Rings of markers that meet are counted over the trails of `trails` that are not
 * dashed. */
export interface Tip extends AnyItem {
  kind: "tip";
  /** The index of a `Trails` in `Document.items`. */
  trails: number;
  /** Which of its trails. */
  trail: number;
  head: boolean;
}

/** One line of text that changes or moves with the step, without a formula. Between two
 * steps the text is that of the last whole one, and places are interpolated. */
export interface Text extends AnyItem {
  kind: "text";
  /** (steps + 1,) of `TextRef`, negative where it is hidden; or the only one. */
  text: ArrayRef | { constant: TextRef };
  /** (steps + 1,) or the only one: of the anchor on the baseline. Frames round the place
   * to whole pixels. */
  x: ArrayRef | { constant: number };
  y: ArrayRef | { constant: number };
  /** "decimal": the anchor is left of the decimal point, see drawing/readout.py. */
  align: "left" | "center" | "right" | "decimal";
  size: number;
  weight: string;
  style: string;
  family: string;
  color: string;
  /** What it is, for the page: "counter", "key" (a setting's name), "value" (of a
   * setting in the key), or "". */
  role: "counter" | "key" | "value" | "";
  /** The advance width of each of its characters in frames, in pixels. */
  advances: Record<string, number>;
}

/**
 * The display lists of any other artist: what matplotlib drew at each step.
 *
 * A list consists of a structure (the operations) and numbers (their coordinates). Two
 * steps with the same structure can be interpolated number by number. The numbers of
 * step k are at `start[k]` in `numbers`, divided by `unit`.
 */
export interface Ops extends AnyItem {
  kind: "ops";
  /** growing: at step k the lists of steps 0 to k are drawn, one after the other.
   * moving: only that of step k. */
  mode: "growing" | "moving";
  /** Each is a list of operations. */
  structures: Op[][];
  /** (steps + 1,): which structure; negative: nothing. One value: the same at all. */
  structure: ArrayRef;
  /** (steps + 1,): where its numbers begin; one value: the same at all steps. */
  start: ArrayRef;
  numbers: ArrayRef;
  /** The numbers are whole; divide them by this to get pixels. */
  unit: number;
  /** If it is there, the numbers are those of another layout, x and y in turn, and only
   * paths are drawn: with [2, 3, 4, 5], x is 2 * x + 3 here, and y is 4 * y + 5. */
  placed?: [number, number, number, number];
  /** Whether lists are interpolated between two steps. */
  glides: boolean;
}

interface Clipped {
  /** Nothing is drawn outside; in addition to the panel. */
  clip?: Box;
}

export type Op = PathOp | MarkersOp | TextOp | ImageOp;

/** Consumes two numbers for each point of its codes. */
export interface PathOp extends Clipped {
  op: "path";
  /** One letter a command with how often it repeats: "M1L20Z1"; M and L have one point,
   * Q two, C three, Z none. */
  codes: string;
  fill?: string;
  stroke?: Stroke;
}

export interface Stroke {
  color: string;
  width: number;
  cap: "butt" | "round" | "square";
  join: "miter" | "round" | "bevel";
  /** Lengths of dashes and gaps in pixels, and the offset. */
  dash?: number[];
  dashOffset?: number;
}

/** The same shape at `count` places: consumes two numbers for each. */
export interface MarkersOp extends Clipped {
  op: "markers";
  codes: string;
  /** The points of the shape, x and y, in pixels around the place. */
  shape: number[];
  count: number;
  fill?: string;
  stroke?: Stroke;
}

/** Consumes two numbers: the left end of the baseline. */
export interface TextOp extends Clipped {
  op: "text";
  text: TextRef;
  size: number;
  weight: string;
  style: string;
  family: string;
  color: string;
  /** In degrees, counterclockwise. */
  angle: number;
  /** The width in frames, in pixels, if that is known. */
  width?: number;
}

/** Consumes four numbers: left, top, width and height. */
export interface ImageOp extends Clipped {
  op: "image";
  /** u1: a WebP file. */
  image: ArrayRef;
  /** Whether pixels are blurred when it is enlarged. */
  smooth: boolean;
}
