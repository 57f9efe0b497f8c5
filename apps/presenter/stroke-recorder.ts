/** Turns a pointer's way into pieces of a stroke or a laser's way: sent ten times a second, thinned to what can be seen. Pure. */

export type Sample = {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
};
export type Piece = { readonly t: number; readonly points: readonly Sample[] };

/** Ms between two pieces. */
const every = 100;
/** A point nearer than this to the one before says nothing (of the page's width). */
const least = 0.0015;
const mostPoints = 150;

export class StrokeRecorder {
  #points: Sample[] = [];
  #last: Sample | undefined;

  /** The piece to send now, if it is time. */
  add(sample: Sample): Piece | undefined {
    if (this.#last && Math.hypot(sample.x - this.#last.x, sample.y - this.#last.y) < least) return undefined;
    this.#last = sample;
    this.#points.push(sample);
    const first = this.#points[0];
    if (!first || (sample.t - first.t < every && this.#points.length < mostPoints)) return undefined;
    return this.take();
  }

  /** What is left, at the end of the stroke. */
  take(): Piece | undefined {
    const [first] = this.#points;
    if (!first) return undefined;
    const points = this.#points;
    this.#points = [];
    return { t: first.t, points };
  }
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
const held = (value: number): number => round(Math.min(1.05, Math.max(-0.05, value)));

export const inkPoints = ({ t, points }: Piece): [number, number, number, number][] =>
  points.map((p) => [Math.round(p.t - t), held(p.x), held(p.y), round(Math.min(1, Math.max(0, p.pressure)))]);
export const laserPoints = ({ t, points }: Piece): [number, number, number][] =>
  points.map((p) => [Math.round(p.t - t), held(p.x), held(p.y)]);
