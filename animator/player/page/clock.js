/**
 * Converts times of the clip to steps, and steps to times.
 *
 * @import { Numbers } from "./unpack.js"
 */

/** The step of each frame of a clip, and how many frames there are a second. */
export class Clock {
  /**
   * @param {Numbers} stepAt the step of each frame, which never decreases
   * @param {number} fps
   */
  constructor(stepAt, fps) {
    this.stepAt = stepAt;
    this.fps = fps;
  }

  /** In seconds. */
  get duration() {
    return this.stepAt.length / this.fps;
  }

  /**
   * Return the step at a time, interpolated between two frames.
   *
   * @param {number} seconds
   */
  step(seconds) {
    const { stepAt } = this;
    const last = stepAt.length - 1;
    const at = Math.max(0, Math.min(last, seconds * this.fps));
    const frame = Math.min(Math.floor(at), last);
    const next = Math.min(frame + 1, last);
    return stepAt[frame] + (at - frame) * (stepAt[next] - stepAt[frame]);
  }

  /**
   * Return the first time at which a step is shown.
   *
   * @param {number} step
   */
  time(step) {
    const { stepAt } = this;
    let low = 0;
    let high = stepAt.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stepAt[middle] < step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const before = low ? stepAt[low - 1] : step;
    const share = stepAt[low] > step ? (step - before) / (stepAt[low] - before) : 1;
    return (low - 1 + share) / this.fps;
  }
}
