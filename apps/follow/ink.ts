/**
 * Draws ink, texts and the laser of one page as they stood at a moment: a stroke grows in the order of its points'
 * times, so it is drawn as it was drawn. Coordinates are 0…1 of the page; sizes are of its width.
 */
import { getStroke } from 'perfect-freehand';
import type { InkMark, StageState } from '#contracts/stage-state.ts';

type Stroke = Extract<InkMark, { kind: 'stroke' }>;
export type Point = Stroke['points'][number];

/** Ms the laser's tail stays, and its dot after it last moved. */
const laserTail = 600;
const laserHold = 1500;
/** Units of the strokes' own space: strokes are computed once, whatever the size shown. */
const unitWidth = 1000;

/** How many points had been drawn by a moment. */
export function drawnBy(points: readonly Point[], moment: number): number {
  const last = points.at(-1);
  if (!last || last[0] <= moment) return points.length;
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The laser's points at a moment, oldest first, with their strength 1…0; empty when it is gone. */
export function laserAt(
  laser: StageState['laser'],
  moment: number,
): readonly { readonly x: number; readonly y: number; readonly strength: number }[] {
  if (!laser) return [];
  const drawn = laser.points.filter(([ms]) => laser.t + ms <= moment);
  const last = drawn.at(-1);
  if (!last || moment - laser.t - last[0] > laserHold) return [];
  const tail = drawn.filter(([ms]) => moment - laser.t - ms < laserTail);
  const shown = tail.length > 0 ? tail : [last];
  return shown.map(([ms, x, y]) => ({
    x,
    y,
    strength: ms === last[0] ? 1 : Math.max(0, 1 - (moment - laser.t - ms) / laserTail),
  }));
}

/** True when the same state looks different a moment later. */
export function isMoving(state: StageState, image: string, moment: number): boolean {
  if (state.laser?.image === image && laserAt(state.laser, moment).length > 0) return true;
  if (state.laser?.image === image && state.laser.t > moment - laserHold) return true;
  return state.ink.some(
    (mark) =>
      mark.image === image && (mark.kind === 'stroke' ? (mark.points.at(-1)?.[0] ?? 0) : mark.t) > moment,
  );
}

export class InkPainter {
  private readonly paths = new WeakMap<Stroke, { count: number; path: Path2D }>();

  /** `width`, `height`: pixels of the canvas. */
  paint(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    state: StageState,
    image: string,
    moment: number,
  ): void {
    context.clearRect(0, 0, width, height);
    const scale = width / unitWidth;
    for (const mark of state.ink) {
      if (mark.image !== image) continue;
      if (mark.kind === 'text') {
        if (mark.t <= moment) paintText(context, mark, width, height);
        continue;
      }
      const count = drawnBy(mark.points, moment);
      if (count === 0) continue;
      context.save();
      context.scale(scale, scale);
      context.globalAlpha = mark.tool === 'marker' ? 0.4 : 1;
      context.fillStyle = mark.colour;
      context.fill(this.pathOf(mark, count, height / width));
      context.restore();
    }
    if (state.laser?.image === image) paintLaser(context, width, height, laserAt(state.laser, moment));
  }

  private pathOf(mark: Stroke, count: number, aspect: number): Path2D {
    const known = this.paths.get(mark);
    if (known?.count === count) return known.path;
    const points = mark.points
      .slice(0, count)
      .map(([, x, y, pressure]) => [x * unitWidth, y * unitWidth * aspect, pressure]);
    const outline = getStroke(points, {
      size: mark.size * unitWidth,
      thinning: mark.tool === 'marker' ? 0 : 0.5,
      smoothing: 0.5,
      streamline: 0.4,
      simulatePressure: mark.points.every((point) => point[3] === mark.points[0]?.[3]),
      last: mark.ended && count === mark.points.length,
    });
    const path = outlinePath(outline);
    this.paths.set(mark, { count, path });
    return path;
  }
}

/** A closed curve through the middles of the outline's edges. */
function outlinePath(outline: readonly (readonly number[])[]): Path2D {
  const path = new Path2D();
  const first = outline[0];
  if (!first) return path;
  path.moveTo(first[0] ?? 0, first[1] ?? 0);
  for (let k = 0; k < outline.length; k++) {
    const [x = 0, y = 0] = outline[k] ?? [];
    const [nextX = 0, nextY = 0] = outline[(k + 1) % outline.length] ?? [];
    path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  path.closePath();
  return path;
}

function paintText(
  context: CanvasRenderingContext2D,
  mark: Extract<InkMark, { kind: 'text' }>,
  width: number,
  height: number,
): void {
  const line = mark.size * width;
  context.font = `600 ${line / 1.25}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.fillStyle = mark.colour;
  context.textBaseline = 'top';
  mark.text.split('\n').forEach((text, k) => {
    context.fillText(text, mark.x * width, mark.y * height + k * line);
  });
}

function paintLaser(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  points: ReturnType<typeof laserAt>,
): void {
  const radius = Math.max(4, width * 0.006);
  for (const { x, y, strength } of points) {
    context.beginPath();
    context.arc(x * width, y * height, radius * (0.4 + 0.6 * strength), 0, 2 * Math.PI);
    context.fillStyle = `rgb(255 40 40 / ${strength * 0.9})`;
    context.fill();
  }
  const dot = points.at(-1);
  if (!dot) return;
  context.beginPath();
  context.arc(dot.x * width, dot.y * height, radius * 2, 0, 2 * Math.PI);
  context.fillStyle = 'rgb(255 60 60 / 0.25)';
  context.fill();
}
